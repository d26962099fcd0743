package dev.gaia.fake;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One request as the fake provider saw it, and what became of its answer. Safe to read from any thread. */
public final class ReceivedRequest {

    private final String path;
    private final MultiMap headers;
    private final JsonNode body;
    private final Instant arrivedAt = Instant.now();
    private final long arrivedNanos = System.nanoTime();
    private final AtomicInteger piecesSent = new AtomicInteger();
    private volatile Optional<Duration> closedByClientAfter = Optional.empty();
    private volatile boolean finished;

    ReceivedRequest(String path, MultiMap headers, JsonNode body) {
        this.path = path;
        this.headers = headers;
        this.body = body;
    }

    /** Such as {@code /v1/chat/completions}. */
    public String path() {
        return path;
    }

    /** The first value of a header, in any case of its name. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    public MultiMap headers() {
        return headers;
    }

    /** The parsed body; a missing node when there was none or it was not JSON. */
    public JsonNode body() {
        return body;
    }

    public Instant arrivedAt() {
        return arrivedAt;
    }

    /** Pieces of text written so far; stands still while a slow reader holds the stream back. */
    public int piecesSent() {
        return piecesSent.get();
    }

    /** True after the provider sent all it meant to send, a scripted fault included. */
    public boolean finished() {
        return finished;
    }

    /** Time from arrival until the client closed the connection before the answer was complete. */
    public Optional<Duration> closedByClientAfter() {
        return closedByClientAfter;
    }

    void countPiece() {
        piecesSent.incrementAndGet();
    }

    void finish() {
        finished = true;
    }

    void close() {
        if (!finished) {
            closedByClientAfter = Optional.of(Duration.ofNanos(System.nanoTime() - arrivedNanos));
        }
    }
}
