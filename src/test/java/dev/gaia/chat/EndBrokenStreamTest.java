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

        private int pieces;

        @Override
        public Optional<byte[]> next() throws IOException {
            if (pieces++ == 0) {
                return Optional.of("data: {}\n\n".getBytes(StandardCharsets.UTF_8));
            }
            throw new IOException("the link broke");
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
        exchange.getMessage().setBody(new Breaking());

        new EndBrokenStream().process(exchange);

        var data = ChatSegment.read((PieceStream) exchange.getMessage().getBody());
        assertThat(data).hasSize(3).last().isEqualTo("[DONE]");
        assertThat(data.get(1))
                .contains("\"id\":\"chatcmpl-error-request-1\"", "\"model\":\"gpt-6-luna\"")
                .contains("\"finish_reason\":\"error\"", "\"type\":\"internal_error\"");
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
