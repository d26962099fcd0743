package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.embedded.EmbeddedNats;
import java.io.IOException;
import java.util.List;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every drill with shortened waits, over both links, on the forms of both providers and of both clients; then all is back. */
class DrillIT {

    private static DrillProvider provider;

    @BeforeAll
    static void start() throws IOException {
        provider = DrillProvider.start(0);
    }

    @AfterAll
    static void stop() {
        provider.close();
    }

    /** The drills without a fallback once more, by names of their own. */
    private static List<Drill> coded(DrillTimes times) {
        return Drills.all(times).stream()
                .filter(drill -> drill.others() == 0)
                .map(drill -> new Drill(
                        drill.name() + "-coded",
                        drill.title(),
                        drill.mode(),
                        drill.script(),
                        0,
                        drill.headers(),
                        drill.manner(),
                        drill.expectation()))
                .toList();
    }

    private static DrillClient client(DrillGaia gaia, DrillForm form) {
        return new DrillClient(gaia.baseUrl(), form, form.path(), DrillGaia.credentials());
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "nats"})
    void passesEveryDrill(String link) throws Exception {
        if ("nats".equals(link)) {
            Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        }
        var times = DrillTimes.fast();
        try (var gaia = DrillGaia.start(link, provider.port(), times.settings());
                var openAi = client(gaia, DrillForm.OPENAI);
                var anthropic = client(gaia, DrillForm.ANTHROPIC);
                var other = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials())) {
            // The errors of the former operation are older than the contract: the other's give its statuses and codes.
            var parts = List.of(
                    new DrillRun.Part(openAi, Drills.all(times)),
                    new DrillRun.Part(anthropic, Drills.all(times)),
                    new DrillRun.Part(other, coded(times)));

            var card = new DrillRun(provider, link, times).play(parts, List.of(DrillWire.values()));

            card.print(System.out);
            assertThat(card.failures()).isEmpty();
            var upstream = gaia.bean(UpstreamClient.class);
            var camel = gaia.bean(CamelContext.class).getInflightRepository();
            await().untilAsserted(() -> {
                assertThat(upstream.underWay()).isZero();
                assertThat(camel.size()).isZero();
            });
        }
    }
}
