package dev.gaia.asset.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** A stored file that is open for reading, by one thread. */
public interface StoredObject extends Closeable {

    /** Length of the whole file in bytes. */
    long size();

    /**
     * A part of the file. The stream may be closed from another thread, which ends the wait of its reader.
     *
     * @param first position of its first byte
     * @param length bytes of the part, 1 or more, not beyond the end of the file
     */
    InputStream read(long first, long length) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
