package dev.gaia.gateway;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Refuses a body that is larger than this operation takes, which is less than the edge lets in.
 *
 * @param maxBytes largest body
 */
record LimitBody(int maxBytes) implements Processor {

    @Override
    public void process(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof byte[] body && body.length > maxBytes) {
            throw Failure.of(
                    FailureCode.GATEWAY_BODY_TOO_LARGE, "Request body too large; the limit is " + maxBytes + " bytes");
        }
    }
}
