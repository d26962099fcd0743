package dev.gaia.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts wrong passwords for each address, known or not. Per process; bounded, so the oldest are forgotten under a flood
 * of addresses, each of which is then a single guess.
 */
final class TooManyGuesses {

    private static final int ADDRESSES_MAX = 100_000;

    private final Cache<String, AtomicInteger> wrong;
    private final int max;

    TooManyGuesses(int max, Duration window) {
        this.max = max;
        this.wrong = Caffeine.newBuilder()
                .maximumSize(ADDRESSES_MAX)
                .expireAfterWrite(window)
                .build();
    }

    static IdentityRefusal refusal() {
        return new IdentityRefusal(429, "over_request_rate_limit", "Request rate limit reached");
    }

    /** Counts one that is yet to be judged; refuses the one above the limit, right or wrong. */
    void begin(String address) {
        if (wrong.get(address, unknown -> new AtomicInteger()).incrementAndGet() > max) {
            throw refusal();
        }
    }

    /** The password was right after all. */
    void forget(String address) {
        wrong.invalidate(address);
    }
}
