package dev.gaia.chat;

import dev.gaia.link.GaiaHeaders;
import dev.gaia.link.PieceStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Gives a stream that breaks between segment and gateway the end the contract wants: an error chunk and the end mark,
 * so that no client takes half an answer for a whole one. Bodies that are no streams are left alone.
 */
@Component("endBrokenStream")
public final class EndBrokenStream implements Processor {

    private static final Logger log = LoggerFactory.getLogger("gateway-chat-complete");

    @Override
    public void process(Exchange exchange) {
        var message = exchange.getMessage();
        if (message.getBody() instanceof PieceStream stream) {
            var requestId = message.getHeader(GaiaHeaders.REQUEST_ID, "", String.class);
            var model = message.getHeader("X-Gateway-Model", "unknown", String.class);
            message.setBody(new Ended(stream, requestId, model));
        }
    }

    private static final class Ended extends PieceStream {

        private final PieceStream stream;
        private final String requestId;
        private final String model;
        private boolean broken;

        Ended(PieceStream stream, String requestId, String model) {
            this.stream = stream;
            this.requestId = requestId;
            this.model = model;
        }

        @Override
        public Optional<byte[]> next() throws InterruptedException {
            if (broken) {
                return Optional.empty();
            }
            try {
                return stream.next();
            } catch (IOException e) {
                broken = true;
                log.warn("the stream of request {} broke on the link: {}", requestId, e.getMessage());
                stream.close();
                var writer = new ChunkWriter(requestId, model, Instant.now().getEpochSecond());
                return Optional.of(writer.failure(
                        "The answer broke off: the connection inside the platform ended", Optional.empty()));
            }
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
