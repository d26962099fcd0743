package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.embedded.EmbeddedNats;
import io.nats.client.Message;
import io.nats.client.Nats;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The link inside the application, over HTTP: with a broker, while it is gone, and after its return. */
@SuppressWarnings("try") // the NATS client's close may be interrupted
class LinkHubIT {

    @TempDir
    Path store;

    @Test
    void answersBeforeDuringAndAfterAnOutageAndTellsOfItsLife() throws Exception {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        var server = EmbeddedNats.start(store);
        var events = new ConcurrentLinkedQueue<String>();
        try (var monitor = Nats.connect(server.url())) {
            monitor.createDispatcher(event -> events.add(shown(event))).subscribe("gaia.service.*");
            monitor.flush(Duration.ofSeconds(2));
            try (var hub = Hub.with(Map.of(
                            "gaia.nats.url", server.url(),
                            "gaia.services", "gateway,asset",
                            "gaia.link.auth", "nats",
                            "gaia.link.chat", "nats",
                            "gaia.link.asset", "nats"))
                    .start()) {
                // given
                var broker = hub.bean(Broker.class);
                Awaitility.await().until(broker::connected);
                assertThat(asset(hub)).contains("asset-service");

                // when the broker dies, and when it is back
                Awaitility.await().until(() -> events.contains("gaia.service.ready asset-service ready"));
                server.kill();
                Awaitility.await().until(() -> !broker.connected());
                assertThat(asset(hub)).as("from this process").contains("asset-service");
                server = EmbeddedNats.start(store, server.port());
                Awaitility.await().until(broker::connected);
                assertThat(asset(hub)).contains("asset-service");
                Awaitility.await().until(() -> monitor.getStatus() == io.nats.client.Connection.Status.CONNECTED);
                monitor.flush(Duration.ofSeconds(2));
            }
            Awaitility.await().until(() -> events.contains("gaia.service.health asset stopping"));
        } finally {
            server.close();
        }
        assertThat(events)
                .containsExactly(
                        "gaia.service.health gateway starting",
                        "gaia.service.health asset starting",
                        "gaia.service.ready gateway healthy",
                        "gaia.service.ready asset-service ready",
                        "gaia.service.health gateway stopping",
                        "gaia.service.health asset stopping");
    }

    private static String asset(Hub hub) {
        var answer = hub.get("/api/v1/assets/test");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static String shown(Message event) {
        try {
            var health = new ObjectMapper().readTree(event.getData());
            return "%s %s %s"
                    .formatted(
                            event.getSubject(),
                            health.path("service_name")
                                    .asText(health.path("service").asText()),
                            health.path("status").asText());
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
