package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.drill.DrillProvider.Script;
import dev.gaia.embedded.EmbeddedNats;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits that clients set (failures F39), over both links; those of the settings are all longer. */
class DrillDeadlineIT {

    /** A client's limit would otherwise be the provider's ten seconds for a first token, and more. */
    private static final long SOON_MILLIS = 8_000;

    /** More failures in a row than open a breaker. */
    private static final int CALLS = 4;

    @ParameterizedTest
    @ValueSource(strings = {"direct", "nats"})
    void endsInTimeAndLeavesTheModelToOthers(String link) throws Exception {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start(link, provider.port(), Map.of());
                var client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials())) {
            for (int call = 0; call < CALLS; call++) {
                boolean stream = call % 2 == 0;
                var silent = ask(provider, client, "impatient", stream, Play.fault(Play.Fault.SILENCE, 0), "0.4");
                assertThat(silent.status()).as(silent.summary()).isEqualTo(504);
                assertThat(silent.error().path("code").asText()).isEqualTo("upstream_timeout");
                assertThat(silent.header("x-gateway-attempts")).isEqualTo("1");
                assertThat(silent.millis()).isLessThan(SOON_MILLIS);

                for (boolean streamed : List.of(true, false)) {
                    var slow = ask(
                            provider, client, "impatient", streamed, Play.well().pace(0, 500), "1");
                    assertThat(slow.interrupted()).as(slow.summary()).isEqualTo(streamed);
                    assertThat(slow.status()).as(slow.summary()).isEqualTo(streamed ? 200 : 504);
                    assertThat(slow.header("x-gateway-attempts"))
                            .as(slow.summary())
                            .isEqualTo("1");
                    assertThat(slow.millis()).isLessThan(SOON_MILLIS);
                }
            }

            var none = ask(provider, client, "at-once", true, Play.well(), "0.05");
            assertThat(none.status()).isEqualTo(504);
            assertThat(provider.asked("at-once")).isEmpty();

            var patient = ask(provider, client, "impatient", true, Play.well(), "30");
            assertThat(patient.whole()).as(patient.summary()).isTrue();
            assertThat(patient.fallback()).as("the breaker opened").isFalse();
        }
    }

    private static Seen ask(
            DrillProvider provider, DrillClient client, String name, boolean stream, Play primary, String limit)
            throws InterruptedException {
        provider.play(name, new Script(List.of(primary), List.of(Play.well())));
        return client.ask(DrillClient.body(name, "drill-openai-" + name, stream), Map.of("X-Request-Timeout", limit));
    }
}
