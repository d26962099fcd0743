package dev.gaia.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code GET /health} of a hub whose database is away, with services that answer, fail and hang. */
class GatewayHealthRouteIT {

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.with(Map.of(
                        "gaia.health.check-timeout", "500ms",
                        "gaia.database.url", "postgresql://gaia@127.0.0.1:1/absent",
                        "gaia.nats.url", "disabled"))
                .start();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void healthyServicesHaveATimeAndALostDatabaseMakesUnhealthy() throws IOException {
        var health = health();

        assertThat(health.path("status").asText()).isEqualTo("unhealthy");
        assertThat(health.path("version").asText()).isEqualTo("0.2.0");
        assertThat(health.path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
        for (String service : new String[] {"auth", "asset", "chat"}) {
            assertThat(health.at("/services/" + service + "/status").asText()).isEqualTo("healthy");
            assertThat(health.at("/services/" + service + "/response_time").isNumber())
                    .isTrue();
        }
        assertThat(health.at("/database/status").asText()).isEqualTo("unhealthy");
        assertThat(health.at("/database/responsive").asBoolean(true)).isFalse();
    }

    @Test
    void whatIsSwitchedOffIsHealthyAndSaidToBeSo() throws IOException {
        var health = health();

        assertThat(health.path("redis").toString())
                .isEqualTo("{\"status\":\"healthy\",\"connected\":false,\"configured\":false}");
        assertThat(health.path("supabase").toString())
                .isEqualTo("{\"status\":\"healthy\",\"service\":\"supabase\",\"url\":null,\"responsive\":false,"
                        + "\"configured\":false}");
    }

    @Test
    void failingServiceIsUnhealthyWithoutItsReason() throws Exception {
        AdviceWith.adviceWith(
                hub.camel(),
                "asset-health",
                route -> route.weaveAddFirst().throwException(new IllegalStateException("jdbc:postgresql://secret")));
        try {
            var health = health();

            assertThat(health.at("/services/asset/status").asText()).isEqualTo("unhealthy");
            assertThat(health.toString()).doesNotContain("secret");
            assertThat(health.at("/services/chat/status").asText()).isEqualTo("healthy");
        } finally {
            restore("asset-health");
        }
    }

    @Test
    void hangingServiceDoesNotHoldTheAnswer() throws Exception {
        var release = new CountDownLatch(1);
        AdviceWith.adviceWith(
                hub.camel(), "chat-health", route -> route.weaveAddFirst().process(exchange -> release.await()));
        try {
            long begin = System.nanoTime();
            var health = health();

            assertThat(health.at("/services/chat/error").asText()).isEqualTo("No answer in 500 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        } finally {
            release.countDown();
            restore("chat-health");
        }
    }

    @Test
    void assetHealthNeedsACaller() {
        assertThat(hub.get("/api/v1/assets/health").statusCode()).isEqualTo(401);
    }

    @Test
    void assetSegmentAnswersItsTestWithoutCredentials() {
        assertThat(hub.get("/api/v1/assets/test").body()).contains("\"asset-service\"");
    }

    private static JsonNode health() throws IOException {
        var answer = hub.get("/health");
        assertThat(answer.statusCode()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    /** Camel keeps the advised route; the file has the original. */
    private static void restore(String id) throws Exception {
        var resource = org.apache.camel.support.PluginHelper.getResourceLoader(hub.camel())
                .resolveResource("file:routes/" + id.substring(0, id.indexOf('-')) + "/" + id + ".camel.yaml");
        org.apache.camel.support.PluginHelper.getRoutesLoader(hub.camel()).updateRoutes(resource);
    }
}
