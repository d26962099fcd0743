package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.drill.DrillProvider.Script;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Providers of which every connection is busy (failures F30). */
class DrillFullIT {

    private static final Map<String, String> SETTINGS = Map.of(
            "gaia.provider.max-streams", "1",
            "gaia.provider.max-waiting", "1",
            "gaia.provider.pool-timeout", "200ms");

    @Test
    void asksTheNextModelThenRefusesAndRecovers() throws Exception {
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start("direct", provider.port(), SETTINGS);
                var client = new DrillClient(gaia.baseUrl(), "/api/v1/chat/completions", DrillGaia.credentials())) {
            provider.play("hold", new Script(List.of(Play.fault(Play.Fault.SILENCE, 0)), List.of(Play.well())));
            var upstream = gaia.bean(UpstreamClient.class);
            try (var openai = client.open(alone("openai"), Map.of())) {
                await().until(() -> upstream.underWay("openai") == 1);
                var other = client.ask(DrillClient.body("full", "drill-openai-full", true), Map.of());
                assertThat(other.whole()).isTrue();
                assertThat(other.fallback()).isTrue();

                try (var anthropic = client.open(alone("anthropic"), Map.of())) {
                    await().until(() -> upstream.underWay("anthropic") == 1);
                    var refused = client.ask(DrillClient.body("full", "drill-openai-full", true), Map.of());
                    assertThat(refused.status()).isEqualTo(503);
                    assertThat(refused.header("retry-after")).isEqualTo("1");
                    assertThat(refused.error().toString()).containsIgnoringCase("too many");
                    assertThat(health(gaia)).isEqualTo(200);
                    anthropic.reset();
                }
                openai.reset();
            }
            await().until(() -> upstream.underWay("openai") + upstream.underWay("anthropic") == 0);
            var again = client.ask(DrillClient.body("full", "drill-openai-full", false), Map.of());
            assertThat(again.whole()).isTrue();
            assertThat(again.fallback()).isFalse();
        }
    }

    private static ObjectNode alone(String wire) {
        return DrillClient.body("hold", "drill-" + wire + "-hold", true).put("enable_fallback", false);
    }

    private static int health(DrillGaia gaia) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(gaia.baseUrl() + "/health"))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}
