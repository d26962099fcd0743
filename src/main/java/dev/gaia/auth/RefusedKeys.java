package dev.gaia.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Keys the store did not know a few seconds ago: a client that insists on a dead key does not reach the database with
 * every request. Short, since a key may be created meanwhile.
 */
final class RefusedKeys {

    private final Cache<CredentialDigest, Boolean> refused;

    RefusedKeys(Duration ttl, int maxEntries) {
        this.refused = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(maxEntries)
                .expireAfterWrite(ttl)
                .build();
    }

    boolean contains(CredentialDigest digest) {
        return refused.getIfPresent(digest) != null;
    }

    /** Lets every key that fits be looked up again. */
    void forgetIf(Predicate<CredentialDigest> fits) {
        refused.asMap().keySet().removeIf(fits);
    }

    void add(CredentialDigest digest) {
        refused.put(digest, Boolean.TRUE);
    }
}
