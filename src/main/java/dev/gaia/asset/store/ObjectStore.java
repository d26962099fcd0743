package dev.gaia.asset.store;

import java.io.IOException;
import java.util.Optional;

/** Keeps files. A file is written once and whole, or not at all; nothing overwrites it. */
public interface ObjectStore {

    /**
     * Stores a file.
     *
     * @return false when the path is taken; its file stays as it is
     * @throws IOException when it could not be stored; nothing is left of it
     */
    boolean put(ObjectPath path, String contentType, byte[] content) throws IOException;

    /** The file for reading, which the caller closes; empty when there is none. */
    Optional<StoredObject> open(ObjectPath path) throws IOException;

    /** Removes the file; nothing happens when there is none. */
    void delete(ObjectPath path) throws IOException;

    /** Does the store answer? */
    boolean available();

    /** What asset rows say of where their file is: {@code local}, {@code s3} or {@code supabase}. */
    String backend();
}
