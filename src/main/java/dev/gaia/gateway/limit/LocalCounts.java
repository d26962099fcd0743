package dev.gaia.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Counts the requests of each caller in fixed windows, in the memory of this process. Windows are those of a monotonic
 * clock, whatever becomes of the time of day, which is only told.
 */
final class LocalCounts {

    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    private final RateLimitSettings settings;
    private final LongSupplier nanos;
    private final InstantSource clock;
    private final Cache<String, Window> windows;

    /** How many requests a caller made in the window that began at this moment, and in the present second of it. */
    private static final class Window {
        private final long start;
        private final long end;
        private final AtomicInteger requests = new AtomicInteger();
        private long second;
        private int burst;

        Window(long start, long end) {
            this.start = start;
            this.end = end;
        }

        synchronized int burst(long now) {
            long current = (now - start) / SECOND_NANOS;
            if (second != current) {
                second = current;
                burst = 0;
            }
            return ++burst;
        }
    }

    /**
     * Counts nobody yet.
     *
     * @param nanos a monotonic clock
     * @param clock for the end of a window as callers are told it
     */
    LocalCounts(RateLimitSettings settings, LongSupplier nanos, InstantSource clock) {
        this.settings = settings;
        this.nanos = nanos;
        this.clock = clock;
        this.windows = Caffeine.newBuilder()
                .executor(Runnable::run)
                .ticker(nanos::getAsLong)
                .maximumSize(settings.callersMax())
                .expireAfterWrite(settings.period().length())
                .build();
    }

    Count count(String caller) {
        long now = nanos.getAsLong();
        long length = settings.period().length().toNanos();
        Window window = windows.asMap()
                .compute(caller, (key, known) -> known == null || now - known.start >= length ? begin(now) : known);
        int burst = settings.all() ? window.burst(now) : 0;
        // What the burst refuses does not count.
        int requests = burst > settings.burst() ? window.requests.get() : window.requests.incrementAndGet();
        return new Count(
                requests, burst, window.end, Math.max(1, Math.ceilDiv(length - (now - window.start), SECOND_NANOS)));
    }

    private Window begin(long now) {
        return new Window(now, clock.instant().plus(settings.period().length()).getEpochSecond());
    }
}
