package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.embedded.EmbeddedNats;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Nats;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // the NATS client's close may be interrupted
class OpsEventRouteIT {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    Path store;

    @Test
    void publishesKnownEventsWithoutClientHeaders() throws Exception {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        try (var server = EmbeddedNats.start(store);
                var hub = hub(server.url()).startConnected();
                var monitor = Nats.connect(server.url())) {
            // given
            var events = monitor.subscribe("gaia.chat.message.*");
            monitor.flush(Duration.ofSeconds(2));

            // when
            var exchange = event(hub, "gaia.chat.message.start");

            // then
            var event = events.nextMessage(Duration.ofSeconds(5));
            assertThat(exchange.getException()).isNull();
            assertThat(new String(event.getData(), StandardCharsets.UTF_8)).isEqualTo("{\"status\":\"started\"}");
            assertThat(event.getHeaders().keySet()).containsExactly(GaiaHeaders.REQUEST_ID);
            assertThat(dropped()).isZero();
        }
    }

    @Test
    void dropsAndCountsWithoutBroker() throws Exception {
        try (var hub = hub("nats://127.0.0.1:1").start()) {
            assertThat(event(hub, "gaia.chat.message.start").getException()).isNull();
            assertThat(dropped()).isEqualTo(1);
        }
    }

    @Test
    void refusesSubjectsItDoesNotName() throws Exception {
        try (var hub = hub("disabled").start()) {
            assertThat(event(hub, "gaia.link.chat.chat-complete").getException())
                    .isNull();
            assertThat(dropped()).isEqualTo(1);
        }
    }

    private LinkSide hub(String url) throws Exception {
        var hub = new LinkSide(url);
        hub.context.getRegistry().bind("writeEvent", new WriteEvent(new ObjectMapper()));
        hub.context.getRegistry().bind("countDroppedEvent", new CountDroppedEvent(meters));
        return hub.route("ops/ops-event.camel.yaml");
    }

    private double dropped() {
        return meters.counter("gaia.events.dropped").count();
    }

    private static Exchange event(LinkSide hub, String subject) {
        return hub.context.createProducerTemplate().send("direct:ops-event", exchange -> {
            exchange.getIn().setBody(Map.of("status", "started"));
            exchange.getIn().setHeader("X-API-Key", "secret");
            exchange.getIn().setHeader(GaiaHeaders.REQUEST_ID, "r1");
            exchange.setVariable("eventSubject", subject);
        });
    }
}
