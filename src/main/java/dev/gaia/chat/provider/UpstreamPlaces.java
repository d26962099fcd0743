package dev.gaia.chat.provider;

import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests that one provider is sent at a time, and the few that may wait for a place. Callers are virtual threads,
 * which may block.
 */
final class UpstreamPlaces {

    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

    private final Semaphore free;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final int waitingMax;

    UpstreamPlaces(int placesMax, int waitingMax) {
        this.free = new Semaphore(placesMax);
        this.waitingMax = waitingMax;
    }

    /**
     * Takes a place, which must be given back once.
     *
     * @throws ProviderFailure when there is none in time, or too many wait for one
     */
    void take(long nanos) throws ProviderFailure, InterruptedException {
        if (!free.tryAcquire()) {
            await(nanos);
        }
        taken.incrementAndGet();
    }

    private void await(long nanos) throws ProviderFailure, InterruptedException {
        try {
            if (waiting.incrementAndGet() > waitingMax) {
                throw full("too many requests wait for a connection");
            }
            if (!free.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                throw full("no free connection in time");
            }
        } finally {
            waiting.decrementAndGet();
        }
    }

    private static ProviderFailure full(String message) {
        return new ProviderFailure(Kind.LOCAL, message, Details.NONE.retryAfter(AGAIN_AFTER));
    }

    void giveBack() {
        taken.decrementAndGet();
        free.release();
    }

    /** Places that are taken. */
    int taken() {
        return taken.get();
    }

    /** Requests that wait for a place. */
    int waiting() {
        return waiting.get();
    }
}
