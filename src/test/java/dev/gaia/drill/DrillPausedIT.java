package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.drill.DrillProvider.Script;
import dev.gaia.embedded.EmbeddedNats;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that limit their rate for longer than a call may take are left alone by every call (failures 4.1 and F01). */
class DrillPausedIT {

    private static final String MODEL = "drill-openai-paused";

    @ParameterizedTest
    @ValueSource(strings = {"direct", "nats"})
    void saysAtOnceWhenTheFirstOfThemIsBack(String link) throws Exception {
        Assumptions.assumeTrue(
                "direct".equals(link) || EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start(link, provider.port(), Map.of());
                var client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials())) {
            provider.play("limited", new Script(List.of(limited(900)), List.of(limited(600))));
            var met = client.ask(DrillClient.body("limited", MODEL, true), Map.of());
            assertThat(met.status()).as(met.summary()).isEqualTo(429);
            assertThat(provider.asked("limited")).extracting(Asked::primary).containsExactly(true, false);

            provider.play("later", new Script(List.of(Play.well()), List.of(Play.well())));
            for (boolean stream : List.of(true, false)) {
                var both = client.ask(DrillClient.body("later", MODEL, stream), Map.of());
                assertThat(both.status()).as(both.summary()).isEqualTo(503);
                assertThat(both.error().path("code").asText()).isEqualTo("upstream_unavailable");
                assertThat(Integer.parseInt(both.header("retry-after"))).isBetween(400, 600);

                var body = DrillClient.body("later", MODEL, stream).put("enable_fallback", false);
                var alone = client.ask(body, Map.of());
                assertThat(alone.status()).as(alone.summary()).isEqualTo(429);
                assertThat(Integer.parseInt(alone.header("retry-after"))).isBetween(700, 900);
            }
            assertThat(provider.asked("later")).isEmpty();
        }
    }

    private static Play limited(int seconds) {
        return Play.status(429).code("rate_limit_exceeded").header("Retry-After", Integer.toString(seconds));
    }
}
