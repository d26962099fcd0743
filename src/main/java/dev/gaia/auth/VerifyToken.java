package dev.gaia.auth;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Step that names the caller when the token is valid and its session has not ended, and leaves the exchange as it is when
 * not. The session becomes variable {@code tokenSession}.
 */
record VerifyToken(TokenVerifier verifier, KnownCallers tokens, EndedSessions ended) implements Processor {

    @Override
    public void process(Exchange exchange) {
        String token = exchange.getVariable(CredentialVariables.TOKEN, String.class);
        verifier.verify(token).ifPresent(verified -> {
            String session = verified.sessionId().orElse("");
            tokens.keep(CredentialDigest.of(token), verified.caller(), verified.expiresAt(), session);
            if (ended.contains(session)) {
                tokens.forgetSession(session);
                return;
            }
            exchange.setVariable(CredentialVariables.CALLER, verified.caller());
            verified.sessionId().ifPresent(id -> exchange.setVariable(CredentialVariables.TOKEN_SESSION, id));
        });
    }
}
