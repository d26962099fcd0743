package dev.gaia.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * JSON documents that arrive one after the other, read by one thread.
 *
 * <p>{@link #close()} may be called from any thread and at any time: it ends the wait of the reader and cancels whatever
 * produces the documents. Whoever holds a stream and does not pass it on closes it.
 */
public interface JsonStream extends AutoCloseable {

    /**
     * Waits for the next document.
     *
     * @return the next document; empty after the last one. {@code MissingNode} means that nothing arrived for a while,
     *     so that the reader may tell its own client that the stream is alive
     * @throws IOException when the stream broke before its proper end
     * @throws InterruptedException when the reading thread was told to stop
     */
    Optional<JsonNode> next() throws IOException, InterruptedException;

    /** True when {@link #next()} would return at once. */
    boolean ready();

    /** Says that what was asked for has begun to arrive, which ends the wait for the first content, where there is one. */
    default void begun() {}

    /**
     * Says that what was asked for has arrived as a whole. What may follow (figures, an end mark) is waited for only
     * briefly, its absence is no fault, and {@link #close()} now spares the connection.
     */
    default void finishing() {}

    @Override
    void close();

    /** The same stream with every document passed through {@code change}; marks of silence are left alone. */
    default JsonStream map(UnaryOperator<JsonNode> change) {
        return new MappedJsonStream(this, change);
    }
}
