package dev.gaia.link;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Step that turns an event (JSON tree, map, text or bytes) into the bytes of one JSON object. */
public final class WriteEvent implements Processor {

    private final ObjectMapper json;

    WriteEvent(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        var message = exchange.getMessage();
        var body = message.getBody();
        if (!(body instanceof byte[] || body instanceof String)) {
            message.setBody(json.writeValueAsBytes(body));
        }
    }
}
