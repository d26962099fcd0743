package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.Hub;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatHealthRouteTest {

    @Test
    void isHealthyWithoutDatabaseAndBroker() {
        assertThat(health(Hub.shared()))
                .contains("\"status\":\"healthy\"")
                .contains("\"database\":{\"status\":\"disconnected\"}")
                .contains("\"nats\":{\"status\":\"disconnected\"}");
    }

    @Test
    void isDegradedWhenNobodyCanBeAsked() {
        try (Hub hub = Hub.with(Map.of("gaia.environment", "production")).start()) {
            assertThat(health(hub)).contains("{\"service\":\"chat\",\"status\":\"degraded\"");
        }
    }

    private static String health(Hub hub) {
        try (var template = hub.camel().createProducerTemplate()) {
            return template.requestBody("direct:chat-health", "", String.class);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
