package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.drill.DrillProvider.Script;
import dev.gaia.embedded.EmbeddedNats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave at any moment: the provider is let go within a second, and everything is given back. */
class DrillLeaveIT {

    @ParameterizedTest
    @ValueSource(strings = {"direct", "nats"})
    void letsTheProviderGoWithinASecond(String link) throws Exception {
        if ("nats".equals(link)) {
            Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        }
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start(link, provider.port(), Map.of());
                var client = new DrillClient(gaia.baseUrl(), "/api/v1/chat/completions", DrillGaia.credentials());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            client.ask(DrillClient.body("warm-up", "drill-openai-warm-up", false), Map.of());
            var moments = Map.of(
                    "before-headers", Play.fault(Play.Fault.SILENCE, 0),
                    "before-content", Play.fault(Play.Fault.HEAD_ONLY, 0),
                    "in-the-middle", Play.fault(Play.Fault.STALL, 5),
                    "while-it-flows", Play.well().pace(0, 50));
            List<Future<?>> leaving = new ArrayList<>();
            for (var moment : moments.entrySet()) {
                for (boolean stream : List.of(true, false)) {
                    var name = moment.getKey() + (stream ? "-stream" : "-json");
                    var play = stream || !"while-it-flows".equals(moment.getKey())
                            ? moment.getValue()
                            : Play.well().pace(5_000, 0);
                    provider.play(name, new Script(List.of(play), List.of(Play.well())));
                    leaving.add(threads.submit(() -> {
                        client.askAndLeave(
                                DrillClient.body(name, "drill-openai-" + name, stream),
                                () -> !provider.asked(name).isEmpty());
                        return null;
                    }));
                }
            }
            for (var one : leaving) {
                one.get();
            }

            var open = gaia.bean(UpstreamClient.class).open();
            await().atMost(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(open.values()).allMatch(count -> count.get() == 0));
            moments.keySet()
                    .forEach(moment -> List.of("-stream", "-json")
                            .forEach(form -> assertThat(provider.asked(moment + form))
                                    .as(moment + form)
                                    .hasSize(1)));
        }
    }
}
