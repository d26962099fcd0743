package dev.gaia.link;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Step that reads the request another service sent on {@code gaia.service.<name>.request}: variable {@code action} gets
 * its text, variable {@code auth} the identity record as JSON bytes. A payload that cannot be read has no action.
 *
 * <p>An object that was encoded twice, as a JSON string, is accepted: the reference platform sends it that way.
 */
public final class ReadServiceRequest implements Processor {

    private final ObjectMapper json;

    ReadServiceRequest(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        var request = read(exchange.getMessage().getBody(byte[].class));
        exchange.setVariable("action", request.path("action").asText(""));
        var identity = request.path("auth").isObject() ? request.get("auth") : JsonNodeFactory.instance.objectNode();
        exchange.setVariable("auth", json.writeValueAsBytes(identity));
    }

    private JsonNode read(byte[] payload) {
        try {
            var node = json.readTree(payload);
            return node.isTextual() ? json.readTree(node.textValue()) : node;
        } catch (IOException e) {
            return JsonNodeFactory.instance.objectNode();
        }
    }
}
