package dev.gaia.gateway.edge;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is in progress and says no before memory does. Used by all event loops. */
final class Admission {

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong bodyBytes = new AtomicLong();
    private final EdgeLimits limits;
    private volatile boolean draining;

    Admission(EdgeLimits limits) {
        this.limits = limits;
    }

    /** When true, the caller must {@link #leave()} once. */
    boolean enter() {
        if (requests.incrementAndGet() <= limits.requestsMax()) {
            return true;
        }
        requests.decrementAndGet();
        return false;
    }

    void leave() {
        requests.decrementAndGet();
    }

    int inProgress() {
        return requests.get();
    }

    void streamBegins() {
        streams.incrementAndGet();
    }

    void streamEnds() {
        streams.decrementAndGet();
    }

    int streams() {
        return streams.get();
    }

    long bodyBytes() {
        return bodyBytes.get();
    }

    /** When true, the caller must {@link #disconnect()} once. */
    boolean connect() {
        if (connections.incrementAndGet() <= limits.connectionsMax()) {
            return true;
        }
        connections.decrementAndGet();
        return false;
    }

    void disconnect() {
        connections.decrementAndGet();
    }

    int connections() {
        return connections.get();
    }

    /** When true, the caller must {@link #release} the same number of bytes. */
    boolean hold(int bytes) {
        if (bodyBytes.addAndGet(bytes) <= limits.bodiesMaxBytes()) {
            return true;
        }
        bodyBytes.addAndGet(-bytes);
        return false;
    }

    void release(int bytes) {
        if (bytes > 0) {
            bodyBytes.addAndGet(-bytes);
        }
    }

    void drain() {
        draining = true;
    }

    boolean draining() {
        return draining;
    }
}
