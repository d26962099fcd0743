package dev.gaia.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gaia.StartRefused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The folder in which the embedded services keep their data, held by one process at a time.
 *
 * <p>The hold is a file lock, which the system drops with its process, however that ends.
 */
public final class DataDirectory implements AutoCloseable {

    private static final String LOCK_FILE = "lock";

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates the folder when it is not there, and takes hold of it.
     *
     * @throws StartRefused when it cannot be written, or another process holds it
     */
    public static DataDirectory open(Path folder) {
        var path = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(path);
            var channel = FileChannel.open(
                    path.resolve(LOCK_FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            if (!held(channel)) {
                String holder = read(channel);
                channel.close();
                throw new StartRefused(
                        "The data folder %s is in use by another Gaia (process %s); stop that one, or set `GAIA_DATA_DIR` to another folder."
                                .formatted(path, holder));
            }
            write(channel, Long.toString(ProcessHandle.current().pid()));
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new StartRefused(
                    "The data folder %s cannot be written; make it writable for this user, or set `GAIA_DATA_DIR` to another folder."
                            .formatted(path));
        }
    }

    /** A folder inside, for one of the embedded services. */
    public Path folder(String name) {
        return path.resolve(name);
    }

    /** The text of a file inside, without white space around it; empty when there is none. */
    Optional<String> secret(String name) {
        var file = path.resolve(name);
        try {
            return Files.exists(file)
                    ? Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty())
                    : Optional.empty();
        } catch (IOException e) {
            throw new StartRefused("The file %s cannot be read: %s.".formatted(file, e.getMessage()));
        }
    }

    /** Writes a file that only its owner can read. */
    void keepSecret(String name, String text) {
        OwnerFile.write(path.resolve(name), text);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            // The system drops the lock with the process.
        }
    }

    private static boolean held(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        var buffer = ByteBuffer.allocate(32);
        channel.read(buffer, 0);
        String text = UTF_8.decode(buffer.flip()).toString().strip();
        return text.isEmpty() ? "unknown" : text;
    }

    private static void write(FileChannel channel, String text) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
    }
}
