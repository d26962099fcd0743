package dev.gaia.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** One request as the drill's provider saw it. */
final class Asked {

    private final String drill;
    private final boolean primary;
    private final String key;
    private final JsonNode body;
    private final long atNanos = System.nanoTime();
    private volatile Optional<Long> leftNanos = Optional.empty();

    /**
     * @param primary whether it came for the model that was asked for first
     * @param key the credentials it carried
     */
    Asked(String drill, boolean primary, String key, JsonNode body) {
        this.key = key;
        this.drill = drill;
        this.primary = primary;
        this.body = body;
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
