package dev.gaia.asset.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps files. A file is written once and whole, or not at all; nothing overwrites it.
 *
 * <p>Every method may throw {@link IOException}: the store does not answer, is not allowed to, or is not asked because
 * too many of its calls are in flight.
 */
public interface ObjectStore extends AutoCloseable {

    /** How long whoever fetches a file may keep it. */
    int CACHE_SECONDS = 3600;

    /**
     * Stores a file.
     *
     * @return false when the path is taken; its file stays as it is
     * @throws IOException when it could not be stored; nothing is left of it
     */
    boolean put(ObjectPath path, String contentType, Content content) throws IOException, InterruptedException;

    /** The file for reading, which the caller closes; empty when there is none. */
    Optional<StoredObject> open(ObjectPath path) throws IOException, InterruptedException;

    /** Removes the file; nothing happens when there is none. */
    void delete(ObjectPath path) throws IOException, InterruptedException;

    /** All files there are, in no certain order; the caller closes the walk. */
    ObjectWalk walk() throws IOException;

    /** Does the store answer? */
    boolean available() throws InterruptedException;

    /** What asset rows say of where their file is: {@code local}, {@code s3}, {@code supabase} or {@code gcs}. */
    String backend();

    /** The link under which everybody can fetch a file from the store itself, when its bucket is public. */
    String publicLink(ObjectPath path);

    /** Links under which whoever has one can fetch the file from the store itself, for so long. */
    Map<ObjectPath, String> signedLinks(Collection<ObjectPath> paths, Duration life)
            throws IOException, InterruptedException;

    @Override
    default void close() {}
}
