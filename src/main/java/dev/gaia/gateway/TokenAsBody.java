package dev.gaia.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Step that makes the caller's token the body, {@code {"access_token"}}, for an operation whose segment must have it:
 * credentials cross a link in no other way, and never as a header.
 */
@Component("tokenAsBody")
final class TokenAsBody implements Processor {

    @Override
    public void process(Exchange exchange) {
        var body =
                JsonNodeFactory.instance.objectNode().put("access_token", exchange.getVariable("token", String.class));
        exchange.removeVariable("token");
        exchange.getMessage().setBody(body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
