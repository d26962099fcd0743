package dev.gaia.auth.account;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Step that refuses with the text that a mapping has put into the body as {@code detail}. */
@Component("refuseAccount")
final class RefuseAccount implements Processor {

    @Override
    public void process(Exchange exchange) {
        var refusal = exchange.getMessage().getBody(JsonNode.class);
        throw Failure.of(FailureCode.AUTH_REFUSED, refusal.path("detail").asText());
    }
}
