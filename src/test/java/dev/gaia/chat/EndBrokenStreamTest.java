package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.link.GaiaHeaders;
import dev.gaia.link.PieceStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class EndBrokenStreamTest {

    private final AtomicBoolean closed = new AtomicBoolean();

    private final class Breaking extends PieceStream {

        private final Exception cause;
        private int pieces;

        Breaking(Exception cause) {
            this.cause = cause;
        }

        @Override
        public Optional<byte[]> next() throws IOException {
            if (pieces++ == 0) {
                return Optional.of("data: {}\n\n".getBytes(StandardCharsets.UTF_8));
            }
            if (cause instanceof IOException broke) {
                throw broke;
            }
            throw new IllegalStateException(cause);
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    @Test
    void endsABrokenStreamWithErrorChunkAndEndMark() {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader(GaiaHeaders.REQUEST_ID, "request-1");
        exchange.getMessage().setHeader("X-Gateway-Model", "gpt-6-luna");
        exchange.getMessage().setHeader("X-Gateway-Provider", "openai");
        exchange.getMessage().setHeader("X-Gateway-Attempts", "2");
        exchange.getMessage().setHeader("X-Gateway-Fallback", "false");
        exchange.getMessage().setBody(new Breaking(new IOException("the link broke")));

        new EndBrokenStream().process(exchange);

        var data = ChatSegment.read((PieceStream) exchange.getMessage().getBody());
        assertThat(data).hasSize(3).last().isEqualTo("[DONE]");
        assertThat(data.get(1))
                .contains("\"id\":\"chatcmpl-error-request-1\"", "\"model\":\"gpt-6-luna\"")
                .contains("\"finish_reason\":\"error\"", "\"type\":\"internal_error\"")
                .contains("\"gateway\":{\"provider\":\"openai\",\"model\":\"gpt-6-luna\",\"attempts\":2,"
                        + "\"fallback_used\":false,\"truncated\":true}");
        assertThat(closed).isTrue();
    }

    /** Whatever breaks it: half an answer must not look whole, nor end without a word (failures 8). */
    @Test
    void endsAStreamInWhichADefectShowedInTheSameWay() {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(new Breaking(new ArithmeticException("secret words")));

        new EndBrokenStream().process(exchange);

        var data = ChatSegment.read((PieceStream) exchange.getMessage().getBody());
        assertThat(data).hasSize(3).last().isEqualTo("[DONE]");
        assertThat(data.get(1)).contains("\"finish_reason\":\"error\"").doesNotContain("secret", "gateway\":{");
        assertThat(closed).isTrue();
    }

    @Test
    void leavesWholeAnswersAlone() {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody("{}");

        new EndBrokenStream().process(exchange);

        assertThat(exchange.getMessage().getBody()).isEqualTo("{}");
    }
}
