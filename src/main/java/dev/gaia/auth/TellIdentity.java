package dev.gaia.auth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Step that answers an identity check: with the variable {@code refusal} when there is one, else with the record. */
@Component("tellIdentity")
final class TellIdentity implements Processor {

    @Override
    public void process(Exchange exchange) {
        var answer = JsonNodeFactory.instance.objectNode();
        String refusal = exchange.getVariable("refusal", String.class);
        var identity = exchange.getVariable(IdentityRecord.VARIABLE, IdentityRecord.class);
        exchange.removeVariable(IdentityRecord.VARIABLE);
        answer.put("valid", refusal == null);
        if (refusal == null) {
            answer.put("auth_type", identity.authType());
            answer.put("user_id", exchange.getVariable("userId", String.class));
            answer.put("api_key", identity.apiKey().orElse(null));
        } else {
            answer.put("error", refusal);
        }
        JsonBodies.answer(exchange, answer);
    }
}
