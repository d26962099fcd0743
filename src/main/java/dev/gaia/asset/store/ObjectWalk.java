package dev.gaia.asset.store;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** A walk over all files of a store. */
public interface ObjectWalk extends Closeable {

    /**
     * A file that was met.
     *
     * @param written when it was stored
     */
    record Entry(ObjectPath path, Instant written) {}

    /** The next files, at most so many; none when all were met. */
    List<Entry> next(int max) throws IOException, InterruptedException;

    @Override
    default void close() throws IOException {}
}
