package dev.gaia.auth;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Step that names the caller when the token is valid, and leaves the exchange as it is when not. */
record VerifyToken(TokenVerifier verifier, KnownCallers tokens) implements Processor {

    @Override
    public void process(Exchange exchange) {
        String token = exchange.getVariable(CredentialVariables.TOKEN, String.class);
        verifier.verify(token).ifPresent(verified -> {
            tokens.keep(CredentialDigest.of(token), verified.caller(), verified.expiresAt());
            exchange.setVariable(CredentialVariables.CALLER, verified.caller());
        });
    }
}
