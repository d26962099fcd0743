package dev.gaia.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.Hub;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatewayRootRouteTest {

    @Test
    void greetsEverybody() {
        var answer = Hub.shared().get("/");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.body()).contains("\"message\":\"LLM Platform API is running\"");
    }

    @Test
    void refusesCallerBeyondTheLimit() {
        try (Hub hub = Hub.with(Map.of("gaia.gateway.rate-limit.requests", "2")).start()) {
            hub.get("/");
            hub.get("/");

            var refused = hub.get("/");
            var other = hub.get("/", "X-API-Key", "somebody-else");

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body())
                    .isEqualTo(
                            "{\"error\":\"Rate limit exceeded: 2 per 1 minute\",\"detail\":\"Rate limit exceeded: 2 per 1 minute\"}");
            assertThat(refused.headers().firstValueAsLong("retry-after").orElse(0))
                    .isBetween(1L, 60L);
            assertThat(other.statusCode()).isEqualTo(200);
        }
    }
}
