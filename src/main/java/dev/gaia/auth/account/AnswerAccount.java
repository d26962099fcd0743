package dev.gaia.auth.account;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.auth.JsonBodies;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Step that makes the document in the body the answer. */
@Component("answerAccount")
final class AnswerAccount implements Processor {

    @Override
    public void process(Exchange exchange) {
        JsonBodies.answer(exchange, exchange.getMessage().getBody(JsonNode.class));
    }
}
