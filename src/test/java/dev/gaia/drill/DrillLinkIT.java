package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.drill.DrillProvider.Script;
import dev.gaia.embedded.EmbeddedNats;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The deadlines of a call are those of its plan: the link between gateway and segment does not cut them short. */
class DrillLinkIT {

    @Test
    void waitsForASlowModelLongerThanForAnythingElse() throws Exception {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        var settings =
                Map.of("gaia.link.timeout", "1s", "gaia.link.heartbeat", "200ms", "gaia.link.silence-max", "10s");
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start("nats", provider.port(), settings);
                var client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow = new Script(List.of(Play.well().pace(2_500, 0)), List.of(Play.well()));
            var answers = List.of(true, false).stream()
                    .map(stream -> threads.submit(() -> {
                        var name = "slow-" + stream;
                        provider.play(name, slow);
                        return client.ask(DrillClient.body(name, "drill-openai-" + name, stream), Map.of());
                    }))
                    .toList();

            for (var answer : answers) {
                var seen = answer.get();
                assertThat(seen.whole()).as(seen.summary()).isTrue();
                assertThat(seen.attempts()).isEqualTo(1);
                assertThat(seen.millis()).isGreaterThanOrEqualTo(2_500);
            }
        }
    }
}
