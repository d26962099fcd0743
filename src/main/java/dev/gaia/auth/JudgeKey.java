package dev.gaia.auth;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Step that reads what the store knows of a key, the body's rows of {@code user_id, key_hash, email, expires_at, admin},
 * and names the owner or refuses. The row found by its index is compared again in constant time.
 */
record JudgeKey(KnownCallers keys, RefusedKeys refused) implements Processor {

    @Override
    public void process(Exchange exchange) {
        var digest = exchange.getVariable(CredentialVariables.KEY_DIGEST, CredentialDigest.class);
        List<?> rows = exchange.getVariable("keyRows", List.class);
        for (Object found : rows) {
            if (found instanceof Map<?, ?> row && digest.isHex(String.valueOf(row.get("key_hash")))) {
                var owner = new Caller(
                        String.valueOf(row.get("user_id")),
                        Caller.Kind.API_KEY,
                        Optional.ofNullable(row.get("email")).map(Object::toString),
                        Boolean.TRUE.equals(row.get("admin")));
                keys.keep(digest, owner, end(row));
                exchange.setVariable(CredentialVariables.CALLER, owner);
                return;
            }
        }
        refused.add(digest);
        exchange.setVariable(CredentialVariables.KEY_VERDICT, CredentialVariables.REFUSED);
    }

    /** The column arrives as seconds since 1970, whichever of its types an old database gives it. */
    private static Instant end(Map<?, ?> row) {
        return row.get("expires_at") instanceof Number seconds
                ? Instant.ofEpochSecond(seconds.longValue())
                : Instant.MAX;
    }
}
