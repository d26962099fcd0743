package dev.gaia.asset.store;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/** A walk over all files of a store. */
public interface ObjectWalk extends Closeable {

    /**
     * A file that was met.
     *
     * @param written when it was stored
     */
    record Entry(ObjectPath path, Instant written) {

        /** As a store tells it; a moment that cannot be read is now, so that nobody takes the file for an old one. */
        static Entry of(ObjectPath path, String written) {
            try {
                return new Entry(path, Instant.parse(written));
            } catch (DateTimeParseException e) {
                return new Entry(path, Instant.now());
            }
        }
    }

    /** The next files, at most so many; none when all were met. */
    List<Entry> next(int max) throws IOException, InterruptedException;

    @Override
    default void close() throws IOException {}
}
