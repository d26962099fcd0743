package dev.gaia.gateway;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Step for operations whose body may be left out: nothing counts as an empty object, anything else must be one. */
@Component("acceptJsonObject")
final class AcceptJsonObject implements Processor {

    private static final byte[] EMPTY = {'{', '}'};

    private final RequireJsonObject requireJsonObject;

    AcceptJsonObject(RequireJsonObject requireJsonObject) {
        this.requireJsonObject = requireJsonObject;
    }

    @Override
    public void process(Exchange exchange) {
        byte[] body = exchange.getMessage().getBody(byte[].class);
        if (body == null || body.length == 0) {
            exchange.getMessage().setBody(EMPTY.clone());
        } else {
            requireJsonObject.process(exchange);
        }
    }
}
