package dev.gaia.gateway;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Step that drops the body of a request to an operation that has none, whatever the client sent. */
@Component("ignoreBody")
final class IgnoreBody implements Processor {

    private static final byte[] NOTHING = {};

    @Override
    public void process(Exchange exchange) {
        exchange.getMessage().setBody(NOTHING);
    }
}
