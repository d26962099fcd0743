package dev.gaia.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/**
 * Sessions that ended while their access tokens have time left; those tokens are refused. Per process and bounded: what
 * ends in another process is told by the event {@code gaia.auth.session.ended}.
 */
final class EndedSessions {

    /** No provider's access token lives longer. */
    private static final Duration LONGEST_TOKEN = Duration.ofHours(24);

    private final Cache<String, Boolean> ended;
    private final KnownCallers tokens;

    EndedSessions(KnownCallers tokens, int maxEntries) {
        this.tokens = tokens;
        this.ended = Caffeine.newBuilder()
                .maximumSize(maxEntries)
                .expireAfterWrite(LONGEST_TOKEN)
                .build();
    }

    boolean contains(String sessionId) {
        return ended.getIfPresent(sessionId) != null;
    }

    /** From now on none of the session's tokens is good. */
    void add(String sessionId) {
        ended.put(sessionId, Boolean.TRUE);
        tokens.forgetSession(sessionId);
    }
}
