package dev.gaia.asset.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A store that is reached over the network, with a limit on how many of its calls are in flight; a further one waits a
 * little. Whether it answers is asked once in a few seconds, however often health looks.
 */
final class LimitedStore implements ObjectStore {

    private static final long ANSWERED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ObjectStore store;
    private final Semaphore free;
    private final Duration patience;
    private boolean answered;
    private long askedNanos;
    private boolean asked;

    /** @param patience how long a call waits for its turn */
    LimitedStore(ObjectStore store, int inFlightMax, Duration patience) {
        this.store = store;
        this.free = new Semaphore(inFlightMax);
        this.patience = patience;
    }

    @Override
    public boolean put(ObjectPath path, String contentType, Content content) throws IOException, InterruptedException {
        enter();
        try {
            return store.put(path, contentType, content);
        } finally {
            free.release();
        }
    }

    @Override
    public Optional<StoredObject> open(ObjectPath path) throws IOException, InterruptedException {
        enter();
        try {
            return store.open(path).map(Limited::new);
        } finally {
            free.release();
        }
    }

    @Override
    public void delete(ObjectPath path) throws IOException, InterruptedException {
        enter();
        try {
            store.delete(path);
        } finally {
            free.release();
        }
    }

    @Override
    public ObjectWalk walk() throws IOException {
        ObjectWalk walk = store.walk();
        return new ObjectWalk() {
            @Override
            public List<Entry> next(int max) throws IOException, InterruptedException {
                enter();
                try {
                    return walk.next(max);
                } finally {
                    free.release();
                }
            }

            @Override
            public void close() throws IOException {
                walk.close();
            }
        };
    }

    @Override
    public synchronized boolean available() throws InterruptedException {
        if (!asked || System.nanoTime() - askedNanos > ANSWERED_NANOS) {
            answered = store.available();
            askedNanos = System.nanoTime();
            asked = true;
        }
        return answered;
    }

    @Override
    public String backend() {
        return store.backend();
    }

    @Override
    public String publicLink(ObjectPath path) {
        return store.publicLink(path);
    }

    @Override
    public Map<ObjectPath, String> signedLinks(Collection<ObjectPath> paths, Duration life)
            throws IOException, InterruptedException {
        enter();
        try {
            return store.signedLinks(paths, life);
        } finally {
            free.release();
        }
    }

    private void enter() throws IOException, InterruptedException {
        if (!free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("too many calls of the store are in flight; see `gaia.asset.storage.in-flight-max`");
        }
    }

    @Override
    public void close() {
        store.close();
    }

    /** A file whose reading counts as a call until its stream is closed. */
    private final class Limited implements StoredObject {

        private final StoredObject file;

        Limited(StoredObject file) {
            this.file = file;
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public InputStream read(long first, long length) throws IOException, InterruptedException {
            enter();
            var held = new AtomicBoolean(true);
            try {
                return new FilterInputStream(file.read(first, length)) {
                    @Override
                    public void close() throws IOException {
                        if (held.getAndSet(false)) {
                            free.release();
                        }
                        super.close();
                    }
                };
            } catch (IOException | InterruptedException | RuntimeException e) {
                free.release();
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
