package dev.gaia.auth;

import java.util.Optional;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** The one API key of the first release, {@code gaia.auth.api-key}. */
@Component("configuredKey")
final class ConfiguredKey {

    private final Optional<CredentialDigest> digest;

    ConfiguredKey(AuthSettings settings) {
        this.digest = settings.apiKey().map(CredentialDigest::of);
    }

    /** True unless the key in {@code keyDigest} is the configured one; compares in constant time. */
    boolean differs(Exchange exchange) {
        var shown = Optional.ofNullable(exchange.getVariable(CredentialVariables.KEY_DIGEST, CredentialDigest.class));
        return digest.isEmpty()
                || shown.isEmpty()
                || !shown.get().isHex(digest.get().hex());
    }
}
