package dev.gaia.chat.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.link.PieceStream;
import java.io.IOException;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class EndBrokenClientStreamTest {

    private static final PieceStream BREAKING = new PieceStream() {
        @Override
        public Optional<byte[]> next() throws IOException {
            throw new IOException("the link broke");
        }

        @Override
        public void close() {
            // nothing is held
        }
    };

    private static String ending(StreamForm form, Exchange exchange) throws Exception {
        exchange.getMessage().setBody(BREAKING);
        new EndBrokenClientStream(form).process(exchange);
        return new String(((PieceStream) exchange.getMessage().getBody()).next().orElseThrow(), UTF_8);
    }

    private static Exchange answered() {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader("X-Gateway-Provider", "claude");
        exchange.getMessage().setHeader("X-Gateway-Model", "claude-opus");
        exchange.getMessage().setHeader("X-Gateway-Attempts", "3");
        exchange.getMessage().setHeader("X-Gateway-Fallback", "true");
        return exchange;
    }

    @Test
    void tellsWhoseAnswerBrokeOnTheWayAsItsHeadSaid() throws Exception {
        assertThat(ending(new CompletionForm("", "", 0, false), answered()))
                .contains("\"code\":\"stream_interrupted\"", "\"param\":null")
                .contains("\"gateway\":{\"provider\":\"claude\",\"model\":\"claude-opus\",\"attempts\":3,"
                        + "\"fallback_used\":true,\"truncated\":true}")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void tellsNothingOfAnAnswerWhoseHeadDidNot() throws Exception {
        var exchange = new DefaultExchange(new DefaultCamelContext());

        assertThat(ending(new CompletionForm("", "", 0, false), exchange))
                .contains("\"code\":\"stream_interrupted\"")
                .doesNotContain("gateway");
    }

    @Test
    void keepsToTheErrorEventOfMessages() throws Exception {
        assertThat(ending(new MessageForm("", "", false), answered()))
                .startsWith("event: error\n")
                .contains("\"type\":\"api_error\"")
                .doesNotContain("\"gateway\"");
    }
}
