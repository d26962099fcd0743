package dev.gaia.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary files of this process, in a folder of its own beside those of other processes. The folder has a lock file
 * which the process holds as long as it lives; so whoever starts later can tell the folders of processes that were
 * killed, and removes them.
 */
public final class Spool implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Spool.class);
    private static final String LOCK = ".lock";

    /**
     * Lock files of this JVM. Whoever opens and closes one of them gives up the lock, because the system forgets all locks
     * of a process on a file when the process closes it once.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final SpoolSettings settings;
    private final Path dir;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger files = new AtomicInteger();
    private Optional<Own> own = Optional.empty();

    /** The folder of this process, and what keeps others from removing it. */
    private record Own(Path folder, Path lockFile, FileChannel lock) {}

    Spool(SpoolSettings settings) {
        this.settings = settings;
        this.dir = Path.of(settings.dir()).toAbsolutePath();
    }

    /** A new file that lives as long as the exchange: until its answer is written, its client left, or it failed. */
    public SpooledFile create(Exchange exchange) throws IOException {
        var file = new SpooledFile(this, folder().resolve(UUID.randomUUID().toString()));
        files.incrementAndGet();
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                try {
                    file.close();
                } catch (IOException e) {
                    log.warn("a temporary file could not be removed: {}", e.toString());
                } finally {
                    files.decrementAndGet();
                }
            }
        });
        return file;
    }

    /** Bytes of all files at the moment. */
    public long bytes() {
        return bytes.get();
    }

    /** How many files there are at the moment. */
    public int files() {
        return files.get();
    }

    void hold(long more) throws SpoolFullException {
        if (bytes.addAndGet(more) > settings.maxBytes()) {
            bytes.addAndGet(-more);
            throw new SpoolFullException(settings.maxMb());
        }
    }

    void release(long held) {
        bytes.addAndGet(-held);
    }

    private synchronized Path folder() throws IOException {
        if (own.isEmpty()) {
            own = Optional.of(claim());
        }
        return own.get().folder();
    }

    private Own claim() throws IOException {
        Files.createDirectories(dir);
        while (true) {
            String name = UUID.randomUUID().toString();
            Path lockFile = dir.resolve(name + LOCK);
            HELD_HERE.add(lockFile);
            FileChannel lock = FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            // Somebody who sweeps may have had it for a moment, and then it is gone.
            if (lock.tryLock() != null && Files.exists(lockFile)) {
                return new Own(Files.createDirectory(dir.resolve(name)), lockFile, lock);
            }
            lock.close();
            HELD_HERE.remove(lockFile);
        }
    }

    /** Removes what processes left behind that are no more. */
    void sweep() {
        if (!Files.isDirectory(dir)) {
            return;
        }
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(dir, "*" + LOCK)) {
            for (Path lockFile : locks) {
                if (!HELD_HERE.contains(lockFile)) {
                    sweep(lockFile);
                }
            }
        } catch (IOException e) {
            log.warn("temporary files of earlier runs could not be removed: {}", e.toString());
        }
    }

    private void sweep(Path lockFile) throws IOException {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                String name = lockFile.getFileName().toString();
                remove(dir.resolve(name.substring(0, name.length() - LOCK.length())));
                Files.deleteIfExists(lockFile);
            }
        } catch (NoSuchFileException e) {
            log.debug("{} was removed by somebody else", lockFile);
        }
    }

    private static void remove(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
                for (Path file : left) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(folder);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (own.isPresent()) {
            remove(own.get().folder());
            Files.deleteIfExists(own.get().lockFile());
            own.get().lock().close();
            HELD_HERE.remove(own.get().lockFile());
            own = Optional.empty();
        }
    }
}
