package dev.gaia.chat.provider;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One request to a provider, as the exchange variable {@value #VARIABLE} carries it from the plan of a call to the
 * connection: its limits and what only this request says. What was noticed on the way is left in it.
 */
public final class Attempt {

    /** The exchange variable. */
    public static final String VARIABLE = "attempt";

    /** The request's id, which the provider is told as well. */
    public static final String REQUEST_ID = "request-id";

    /** How the answer may be compressed, when that differs from the usual. */
    public static final String ACCEPT_ENCODING = "accept-encoding";

    private static final int SKIPPED_MAX_EVENTS = 3;

    private final UpstreamTimes times;
    private final boolean freshConnection;
    private final int key;
    private final Map<String, String> headers;
    private final AtomicInteger skippedEvents = new AtomicInteger();
    private volatile long firstContentAt;
    private volatile long longestPause;
    private long lastContentAt;
    private volatile Runnable whenReached = () -> {};

    /**
     * @param freshConnection whether a connection that carried a request before must not be used
     * @param key which of the provider's keys it uses, from 0
     * @param headers {@value #REQUEST_ID}, {@value #ACCEPT_ENCODING} and {@code idempotency-key}, which become headers of the
     *     provider
     */
    public Attempt(UpstreamTimes times, boolean freshConnection, int key, Map<String, String> headers) {
        this.times = times;
        this.freshConnection = freshConnection;
        this.key = key;
        this.headers = Map.copyOf(headers);
    }

    UpstreamTimes times() {
        return times;
    }

    boolean freshConnection() {
        return freshConnection;
    }

    int key() {
        return key;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** Tells when the provider's answer has begun, be it with its head only; nobody is told of what was never reached. */
    public void whenReached(Runnable told) {
        whenReached = told;
    }

    /** The head of an answer has come. */
    void reached() {
        whenReached.run();
    }

    /** An event could not be read and was left out; false when there were too many of them to go on. */
    boolean skipEvent() {
        return skippedEvents.incrementAndGet() <= SKIPPED_MAX_EVENTS;
    }

    /** Events that were left out so far. */
    public int skippedEvents() {
        return skippedEvents.get();
    }

    /** A piece of a stream has come; called by its reader. */
    void content() {
        long now = System.nanoTime();
        if (firstContentAt == 0) {
            firstContentAt = now;
        } else if (now - lastContentAt > longestPause) {
            longestPause = now - lastContentAt;
        }
        lastContentAt = now;
    }

    /** Longest time between two pieces of a stream, in nanoseconds; 0 when there were not two. */
    public long longestPause() {
        return longestPause;
    }

    /** Moment of the first content of a stream; 0 before it. */
    public long firstContentAt() {
        return firstContentAt;
    }
}
