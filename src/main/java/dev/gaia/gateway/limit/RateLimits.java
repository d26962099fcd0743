package dev.gaia.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Counts a request and says so in the headers of its answer, or refuses it with status 429. */
final class RateLimits {

    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    private final RateLimitSettings settings;
    private final LocalCounts local;
    private final Optional<SharedCounts> shared;
    private final LongSupplier nanos;

    /** Callers beyond the limit of the window, until that ends: whoever goes on asking costs no statement. */
    private final Cache<String, Exhausted> exhausted;

    /**
     * The end of a window.
     *
     * @param end as callers are told it, in seconds since 1970
     * @param until the same by the monotonic clock
     */
    private record Exhausted(long end, long until) {}

    /**
     * Has counted nobody yet.
     *
     * @param shared empty when this process counts by itself
     * @param nanos a monotonic clock
     */
    RateLimits(RateLimitSettings settings, LocalCounts local, Optional<SharedCounts> shared, LongSupplier nanos) {
        this.settings = settings;
        this.local = local;
        this.shared = shared;
        this.nanos = nanos;
        this.exhausted = Caffeine.newBuilder()
                .executor(Runnable::run)
                .ticker(nanos::getAsLong)
                .maximumSize(settings.callersMax())
                .expireAfter(Expiry.<String, Exhausted>creating(
                        (caller, window) -> Duration.ofNanos(Math.max(1, window.until() - nanos.getAsLong()))))
                .build();
    }

    /** @throws Failure with the limit in its text when it is exceeded */
    void pass(Exchange exchange, String caller) throws InterruptedException {
        Exhausted window = exhausted.getIfPresent(caller);
        if (window != null) {
            throw exceeded(new Count(settings.requests() + 1L, 0, window.end(), left(window)));
        }
        Count count = count(caller);
        if (count.burst() > settings.burst()) {
            throw tooFast(count);
        }
        if (count.requests() > settings.requests()) {
            exhausted.put(caller, new Exhausted(count.end(), nanos.getAsLong() + count.left() * SECOND_NANOS));
            throw exceeded(count);
        }
        Message message = exchange.getMessage();
        headers(count).forEach(message::setHeader);
    }

    private Count count(String caller) throws InterruptedException {
        Optional<Count> common = shared.isPresent() ? shared.get().count(caller) : Optional.empty();
        return common.isPresent() ? common.get() : local.count(caller);
    }

    private Failure exceeded(Count count) {
        return refusal(
                "Rate limit exceeded: " + settings.requests() + " per 1 "
                        + settings.period().word(),
                count,
                count.left());
    }

    private Failure tooFast(Count count) {
        return refusal("Rate limit exceeded: " + settings.burst() + " per 1 second", count, 1);
    }

    private Failure refusal(String text, Count count, long wait) {
        Map<String, String> headers = headers(count);
        headers.put("Retry-After", Long.toString(wait));
        return Failure.of(FailureCode.GATEWAY_RATE_LIMITED, text).with(headers);
    }

    private Map<String, String> headers(Count count) {
        var headers = new HashMap<String, String>();
        headers.put("X-RateLimit-Limit", Integer.toString(settings.requests()));
        headers.put("X-RateLimit-Remaining", Long.toString(Math.max(0, settings.requests() - count.requests())));
        headers.put("X-RateLimit-Reset", Long.toString(count.end()));
        return headers;
    }

    private long left(Exhausted window) {
        return Math.max(1, Math.ceilDiv(window.until() - nanos.getAsLong(), SECOND_NANOS));
    }
}
