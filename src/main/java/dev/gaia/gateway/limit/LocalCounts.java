package dev.gaia.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the requests of each caller in fixed windows, in the memory of this process. */
final class LocalCounts {

    private final RateLimitSettings settings;
    private final InstantSource clock;
    private final Cache<String, Window> windows;

    /** How many requests a caller made in the window that began at this instant, and in the second that did. */
    private static final class Window {
        private final Instant start;
        private final AtomicInteger requests = new AtomicInteger();
        private long second;
        private int burst;

        Window(Instant start) {
            this.start = start;
        }

        synchronized int burst(long now) {
            if (second != now) {
                second = now;
                burst = 0;
            }
            return ++burst;
        }
    }

    LocalCounts(RateLimitSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.windows = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(settings.callersMax())
                .expireAfterWrite(settings.period().length())
                .build();
    }

    Count count(String caller) {
        Instant now = clock.instant();
        Window window = windows.asMap()
                .compute(caller, (key, known) -> known == null || over(known, now) ? new Window(now) : known);
        long end = window.start.plus(settings.period().length()).getEpochSecond();
        int burst = settings.all() ? window.burst(now.getEpochSecond()) : 0;
        // What the burst refuses does not count.
        int requests = burst > settings.burst() ? window.requests.get() : window.requests.incrementAndGet();
        return new Count(requests, burst, end, Math.max(1, end - now.getEpochSecond()));
    }

    private boolean over(Window window, Instant now) {
        return !now.isBefore(window.start.plus(settings.period().length()));
    }
}
