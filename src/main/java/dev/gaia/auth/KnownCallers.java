package dev.gaia.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Callers whose credential was good a moment ago. Bounded, successes only; an entry lives for the given time and never
 * beyond the credential itself.
 */
final class KnownCallers {

    private final Duration ttl;
    private final InstantSource clock;
    private final Cache<CredentialDigest, Known> callers;

    KnownCallers(Duration ttl, int maxEntries, InstantSource clock) {
        this.ttl = ttl;
        this.clock = clock;
        this.callers = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(maxEntries)
                .expireAfter(Expiry.<CredentialDigest, Known>creating((digest, known) -> remaining(known)))
                .build();
    }

    /** Empty when the credential must be looked at (again). */
    Optional<Caller> recall(CredentialDigest digest) {
        Known known = callers.getIfPresent(digest);
        // The cache counts elapsed time; the credential ends by the clock, to the millisecond.
        return known != null && clock.millis() < known.untilMillis() ? known.caller() : Optional.empty();
    }

    /**
     * Remembers a good credential.
     *
     * @param end when the credential itself expires; {@link Instant#MAX} for never
     */
    void keep(CredentialDigest digest, Caller caller, Instant end) {
        keep(digest, caller, end, "");
    }

    /** The same for a credential of a session, which may end earlier; empty for none. */
    void keep(CredentialDigest digest, Caller caller, Instant end, String sessionId) {
        Instant latest = clock.instant().plus(ttl);
        Instant until = end.isBefore(latest) ? end : latest;
        callers.put(digest, new Known(Optional.of(caller), until.toEpochMilli(), sessionId));
    }

    /** Forgets every credential of a session; looks through all of them, since sessions end rarely. */
    void forgetSession(String sessionId) {
        callers.asMap().values().removeIf(known -> known.sessionId().equals(sessionId));
    }

    /** Forgets every credential that fits; looks at each of them. */
    void forgetIf(Predicate<CredentialDigest> fits) {
        callers.asMap().keySet().removeIf(fits);
    }

    void forget(CredentialDigest digest) {
        callers.invalidate(digest);
    }

    private Duration remaining(Known known) {
        return Duration.ofMillis(Math.max(0, known.untilMillis() - clock.millis()));
    }

    /** The caller in the wrapping in which it is handed out, so that a recall allocates nothing. */
    private record Known(Optional<Caller> caller, long untilMillis, String sessionId) {}
}
