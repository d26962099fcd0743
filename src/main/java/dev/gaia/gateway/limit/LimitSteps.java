package dev.gaia.gateway.limit;

import dev.gaia.auth.CredentialDigest;
import dev.gaia.link.GaiaHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** The steps that limit requests. A caller is told by the digest of its token, else of its key, else by its address. */
final class LimitSteps {

    /** 128 bits of a digest tell callers apart; nobody needs the rest in a table of counts. */
    private static final int DIGITS = 32;

    private final RateLimits limits;

    LimitSteps(RateLimits limits) {
        this.limits = limits;
    }

    /** Limits a request by what it shows; whether that is valid is not asked. */
    void limitRate(Exchange exchange) throws InterruptedException {
        limits.pass(exchange, shown(exchange.getMessage()));
    }

    /**
     * Limits a request by the credential that was found good, or by its user when the check left no digest of it; a
     * request that needs none passes. After the check, so that
     * made-up credentials neither get a count of their own nor fill the table.
     */
    void limitCaller(Exchange exchange) throws InterruptedException {
        if (exchange.getMessage().getHeader(GaiaHeaders.AUTH_TYPE) instanceof String kind) {
            boolean token = "jwt".equals(kind);
            var digest = exchange.getVariable(token ? "tokenDigest" : "keyDigest", CredentialDigest.class);
            limits.pass(
                    exchange,
                    digest == null
                            ? "user " + exchange.getMessage().getHeader(GaiaHeaders.USER_ID)
                            : (token ? "token " : "key ") + shortened(digest));
        }
    }

    private static String shown(Message message) {
        String authorization = message.getHeader("Authorization", "", String.class);
        if (authorization.startsWith("Bearer ")) {
            return "token " + shortened(CredentialDigest.of(authorization.substring("Bearer ".length())));
        }
        String key = message.getHeader("X-API-Key", "", String.class);
        return key.isEmpty()
                ? "address " + message.getHeader(GaiaHeaders.CLIENT_ADDRESS, "", String.class)
                : "key " + shortened(CredentialDigest.of(key));
    }

    private static String shortened(CredentialDigest digest) {
        return digest.hex().substring(0, DIGITS);
    }
}
