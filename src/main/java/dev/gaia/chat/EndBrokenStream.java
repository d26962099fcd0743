package dev.gaia.chat;

import dev.gaia.chat.attempt.AttemptHeaders;
import dev.gaia.chat.stream.EndedStream;
import dev.gaia.link.GaiaHeaders;
import dev.gaia.link.PieceStream;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Gives a stream of OpenAI's chunks that breaks between segment and gateway the end the contract wants: an error chunk
 * and the end mark. Bodies that are no streams are left alone.
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
            message.setBody(new EndedStream(
                    stream,
                    requestId,
                    log,
                    () -> new ChunkWriter(requestId, model, Instant.now().getEpochSecond())
                            .failure(EndedStream.REASON, AttemptHeaders.cutOff(message))));
        }
    }
}
