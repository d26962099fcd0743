package dev.gaia.asset.store;

import java.io.IOException;
import java.io.InputStream;

/** A file in a store that is reached over the network; each part is a call of its own, and nothing else is open. */
record RemoteObject(long size, Parts parts) implements StoredObject {

    /** Asks for a part, as {@link StoredObject#read} does. */
    interface Parts {
        InputStream read(long first, long length) throws IOException, InterruptedException;
    }

    @Override
    public InputStream read(long first, long length) throws IOException, InterruptedException {
        return parts.read(first, length);
    }

    /** How a request's {@code Range} names a part. */
    static String range(long first, long length) {
        return "bytes=" + first + "-" + (first + length - 1);
    }

    @Override
    public void close() {
        // Nothing is open but the streams.
    }
}
