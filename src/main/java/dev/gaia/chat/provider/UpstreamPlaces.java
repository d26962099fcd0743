package dev.gaia.chat.provider;

import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests that one provider is sent at a time, and the few that may wait for a place (failures F30). Answers that
 * stream have places of their own: a stream keeps its connection to itself over HTTP/1.1, and if it took one of the
 * others as well, their smaller number would bound streams. Callers are virtual threads, which may block.
 */
final class UpstreamPlaces {

    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

    private final Semaphore connections;
    private final Semaphore streams;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final int waitingMax;

    UpstreamPlaces(int connectionsMax, int streamsMax, int waitingMax) {
        this.connections = new Semaphore(connectionsMax);
        this.streams = new Semaphore(streamsMax);
        this.waitingMax = waitingMax;
    }

    /**
     * Takes a place, which must be given back once.
     *
     * @param stream whether the answer streams
     * @throws ProviderFailure when there is none in time, or too many wait for one
     */
    void take(boolean stream, long nanos) throws ProviderFailure, InterruptedException {
        var free = places(stream);
        if (!free.tryAcquire()) {
            await(free, nanos);
        }
        taken.incrementAndGet();
    }

    private Semaphore places(boolean stream) {
        return stream ? streams : connections;
    }

    private void await(Semaphore free, long nanos) throws ProviderFailure, InterruptedException {
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

    void giveBack(boolean stream) {
        taken.decrementAndGet();
        places(stream).release();
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
