package dev.gaia.asset.store;

import java.io.Closeable;
import java.io.IOException;

/** A stored file that is open for reading, by one thread. */
public interface StoredObject extends Closeable {

    /** Length of the whole file in bytes. */
    long size();

    /**
     * Reads bytes from anywhere in the file.
     *
     * @return 1 to {@code length} bytes; none at the end of the file
     */
    byte[] read(long offset, int length) throws IOException;
}
