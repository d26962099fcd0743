package dev.gaia.gateway;

import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Hands named client headers on to a segment, which sees no others: each under its internal name. One that was sent
 * several times is left out, since nobody can tell which was meant.
 *
 * @param names internal name by client header
 * @param body what is done with the body
 */
record CarryHeaders(Map<String, String> names, Processor body) implements Processor {

    CarryHeaders {
        names = Map.copyOf(names);
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        names.forEach((client, internal) -> {
            message.removeHeader(internal);
            Object value = message.removeHeader(client);
            if (value instanceof String text && !text.isBlank()) {
                message.setHeader(internal, text.strip());
            } else if (value instanceof List<?> several && !several.isEmpty()) {
                message.setHeader(internal, "");
            }
        });
        body.process(exchange);
    }
}
