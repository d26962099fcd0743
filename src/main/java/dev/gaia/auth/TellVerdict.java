package dev.gaia.auth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Step that answers a validation request; all four keys are always there (semantics 3.7). */
@Component("tellVerdict")
final class TellVerdict implements Processor {

    @Override
    public void process(Exchange exchange) {
        var caller = Optional.ofNullable(exchange.getVariable(CredentialVariables.CALLER, Caller.class));
        exchange.removeVariable(CredentialVariables.TOKEN);
        var verdict = JsonNodeFactory.instance.objectNode();
        verdict.put("valid", caller.isPresent());
        verdict.put("auth_type", caller.map(TellVerdict::authType).orElse("none"));
        verdict.put("user_id", caller.map(Caller::userId).orElse(null));
        verdict.put("error", caller.isPresent() ? null : "No valid authentication credentials provided");
        JsonBodies.answer(exchange, verdict);
    }

    /** Here a key is called {@code api_key}, other than in the identity headers. */
    private static String authType(Caller caller) {
        return switch (caller.kind()) {
            case TOKEN -> "jwt";
            case API_KEY -> "api_key";
        };
    }
}
