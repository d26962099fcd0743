package dev.gaia.chat.client;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gaia.chat.attempt.AttemptHeaders;
import dev.gaia.chat.stream.EndedStream;
import dev.gaia.link.GaiaHeaders;
import dev.gaia.link.PieceStream;
import java.io.ByteArrayOutputStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a stream that breaks between segment and gateway the error its client knows, so that no client takes half an
 * answer for a whole one. Bodies that are no streams are left alone.
 */
final class EndBrokenClientStream implements Processor {

    private static final Logger log = LoggerFactory.getLogger("gateway-clients");

    private final StreamForm form;

    /** A step for one form; of it only {@link StreamForm#fail} is used, which keeps nothing. */
    EndBrokenClientStream(StreamForm form) {
        this.form = requireNonNull(form, "form is null");
    }

    @Override
    public void process(Exchange exchange) {
        var message = exchange.getMessage();
        if (message.getBody() instanceof PieceStream stream) {
            var gateway = AttemptHeaders.cutOff(message).orElse(MissingNode.getInstance());
            message.setBody(new EndedStream(
                    stream, message.getHeader(GaiaHeaders.REQUEST_ID, "", String.class), log, () -> ending(gateway)));
        }
    }

    private byte[] ending(JsonNode gateway) {
        var end = new ByteArrayOutputStream();
        form.fail(ClientFailures.interrupted("the connection inside the platform ended"), gateway, end);
        return end.toByteArray();
    }
}
