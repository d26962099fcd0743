package dev.gaia.auth;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Step that names the caller when this very token was verified a moment ago. */
record RecallToken(KnownCallers tokens) implements Processor {

    @Override
    public void process(Exchange exchange) {
        String token = exchange.getVariable(CredentialVariables.TOKEN, String.class);
        var digest = CredentialDigest.of(token);
        exchange.setVariable(CredentialVariables.TOKEN_DIGEST, digest);
        tokens.recall(digest).ifPresent(caller -> exchange.setVariable(CredentialVariables.CALLER, caller));
    }
}
