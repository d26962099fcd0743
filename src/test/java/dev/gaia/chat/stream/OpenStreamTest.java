package dev.gaia.chat.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.turn.ChatSettingsTest;
import dev.gaia.mapping.JsonStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenStreamTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Answer answer = new Answer();
    private final CountDownLatch asked = new CountDownLatch(1);

    /** A model's answer that nobody has read yet. */
    private static final class Answer implements JsonStream {

        private volatile boolean closed;

        @Override
        public Optional<JsonNode> next() {
            return Optional.empty();
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

    @BeforeEach
    void start() throws Exception {
        camel.setStreamCaching(false);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                // As chat-stream-answer does, when another model answers than was chosen.
                from("direct:kept")
                        .process(OpenStreamTest.this::ask)
                        .setVariable("answer", simple("${body}"))
                        .process(OpenStreamTest::sendFrames)
                        .setBody(variable("answer"));
                from("direct:held").process(OpenStreamTest.this::ask).process(exchange -> {
                    throw new IllegalStateException("a defect");
                });
            }
        });
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private void ask(Exchange exchange) {
        exchange.getMessage().setBody(answer);
        asked.countDown();
    }

    private static void sendFrames(Exchange exchange) throws InterruptedException {
        var stream = exchange.getVariable(OpenStream.STREAM, FrameStream.class);
        while (true) {
            exchange.getMessage().setBody("a frame");
            stream.send("a frame".getBytes(US_ASCII));
        }
    }

    private FrameStream open(String flow) {
        var exchange = new DefaultExchange(camel);
        exchange.setVariable("frameFlow", flow);
        new OpenStream(camel, ChatSettingsTest.defaults()).process(exchange);
        return exchange.getMessage().getBody(FrameStream.class);
    }

    @Test
    void letsTheModelGoWhenTheReaderLeavesBetweenItsAnswerAndTheFirstFrameOfIt() throws Exception {
        var stream = open("kept");
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        stream.close();

        await().until(() -> answer.closed);
    }

    @Test
    void letsTheModelGoWhenADefectKeepsItsAnswerFromBeingRead() {
        open("held");

        await().until(() -> answer.closed);
    }
}
