package dev.gaia.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** One request as the drill's provider saw it. */
final class Asked {

    private final String drill;
    private final boolean primary;
    private final String key;
    private final JsonNode body;
    private final String acceptEncoding;
    private final String requestId;
    private final AtomicLong sentBytes = new AtomicLong();
    private final long atNanos = System.nanoTime();
    private volatile Optional<Long> leftNanos = Optional.empty();

    /**
     * What was asked.
     *
     * @param primary whether it came for the model that was asked for first
     * @param key the credentials it carried
     * @param acceptEncoding how the answer may be compressed; empty when that was not said
     * @param requestId as the request names itself; empty when it does not
     */
    Asked(String drill, boolean primary, String key, JsonNode body, String acceptEncoding, String requestId) {
        this.key = key;
        this.drill = drill;
        this.primary = primary;
        this.body = body;
        this.acceptEncoding = acceptEncoding;
        this.requestId = requestId;
    }

    /** How the answer may be compressed; empty when that was not said. */
    String acceptEncoding() {
        return acceptEncoding;
    }

    /** How the request names itself; empty when it does not. */
    String requestId() {
        return requestId;
    }

    void sent(int bytes) {
        sentBytes.addAndGet(bytes);
    }

    /** Bytes of a flood, or characters of a text before its fault, that were taken so far. */
    long sentBytes() {
        return sentBytes.get();
    }

    String drill() {
        return drill;
    }

    boolean primary() {
        return primary;
    }

    String key() {
        return key;
    }

    JsonNode body() {
        return body;
    }

    long atNanos() {
        return atNanos;
    }

    /** The client closed its side before the answer was whole. */
    void left() {
        if (leftNanos.isEmpty()) {
            leftNanos = Optional.of(System.nanoTime());
        }
    }

    /** Moment at which the client closed its side; empty when it read to the end. */
    Optional<Long> leftNanos() {
        return leftNanos;
    }
}
