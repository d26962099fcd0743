package dev.gaia.auth;

import java.util.Optional;

/**
 * What one service tells another about a caller (semantics 3.8). Not a proof of anything.
 *
 * @param authType empty when none was given
 * @param apiKey the key itself, to be told back
 */
record IdentityRecord(String authType, Optional<String> userId, Optional<String> apiKey, Optional<String> service) {

    static final String VARIABLE = "identity";

    /** Without the key. */
    @Override
    public String toString() {
        return "IdentityRecord[" + authType + "]";
    }
}
