package dev.gaia.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.mapping.JsonStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A defect in the middle of a stream ends it as a failure of its model does (failures 8). */
class EventPiecesTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:chat-fail").to("mock:failed");
            }
        });
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    /** Texts; the one that is {@code defect} cannot be read. */
    private static final class Texts implements JsonStream {

        private final ArrayDeque<String> texts;
        private boolean closed;

        Texts(String... texts) {
            this.texts = new ArrayDeque<>(List.of(texts));
        }

        @Override
        public Optional<JsonNode> next() {
            var text = texts.remove();
            if ("defect".equals(text)) {
                throw new IllegalStateException("the user's words");
            }
            return Optional.of(JsonNodeFactory.instance.objectNode().put("text", text));
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Writes texts between brackets, and fails in the middle of one that is {@code half}. */
    private final class Pieces extends EventPieces {

        Pieces(JsonStream events) {
            super(
                    events,
                    new TurnEnd(camel.createProducerTemplate(), new DefaultExchange(camel), "direct:none"),
                    Duration.ofSeconds(60));
        }

        @Override
        protected void read(JsonNode event, ByteArrayOutputStream piece) {
            var text = ((ObjectNode) event).get("text").asText();
            piece.writeBytes(("[" + text).getBytes(UTF_8));
            if ("half".equals(text)) {
                throw new ArithmeticException("the user's words");
            }
            piece.writeBytes("]".getBytes(UTF_8));
        }

        @Override
        protected void complete(ByteArrayOutputStream piece) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void broken(Optional<ProviderFailure> failure, ByteArrayOutputStream piece) {
            failed("broken");
            piece.writeBytes(("!" + failure.map(ProviderFailure::kind).orElseThrow()).getBytes(UTF_8));
        }

        @Override
        protected byte[] keepAlive() {
            return new byte[0];
        }
    }

    @Test
    void endsWithItsFailureWhenAnEventCannotBeRead() throws Exception {
        var events = new Texts("one", "defect");
        MockEndpoint failed = camel.getEndpoint("mock:failed", MockEndpoint.class);
        failed.expectedMessageCount(1);

        try (var pieces = new Pieces(events)) {
            assertThat(new String(pieces.next().orElseThrow(), UTF_8)).isEqualTo("[one]!" + Kind.BROKEN);
            assertThat(pieces.next()).isEmpty();
        }

        assertThat(events.closed).isTrue();
        failed.assertIsSatisfied();
    }

    @Test
    void leavesOutWhatWasHalfWrittenWhenItBroke() throws Exception {
        try (var pieces = new Pieces(new Texts("one", "half", "three"))) {
            assertThat(new String(pieces.next().orElseThrow(), UTF_8)).isEqualTo("[one]!" + Kind.BROKEN);
            assertThat(pieces.next()).isEmpty();
        }
    }
}
