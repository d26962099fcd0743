package dev.gaia.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.io.IOException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

/** Reads request bodies of the auth segment and writes its answers. */
@Component
public final class JsonBodies {

    private static final Issue NO_OBJECT =
            new Issue("model_attributes_type", List.of("body"), "Input should be a valid JSON object");

    private final ObjectMapper mapper;

    JsonBodies(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * The body as an object. The gateway has refused anything else already, but not everybody comes through the
     * gateway.
     */
    public JsonNode object(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        try {
            JsonNode read = body instanceof JsonNode node ? node : mapper.readTree(bytes(exchange.getMessage()));
            if (read.isObject()) {
                return read;
            }
        } catch (IOException e) {
            // Its message may quote the body, which holds credentials.
        }
        throw Failure.invalid(FailureCode.AUTH_INVALID_REQUEST, List.of(NO_OBJECT));
    }

    /** Makes the document the answer. */
    public static void answer(Exchange exchange, JsonNode document) {
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(document.toString());
    }

    private static byte[] bytes(Message message) {
        byte[] bytes = message.getBody(byte[].class);
        return bytes == null ? new byte[0] : bytes;
    }
}
