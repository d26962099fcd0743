package dev.gaia.chat.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gaia.link.PieceStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A streamed answer that one thread writes frame by frame while another reads it. The writer waits while the reader is
 * {@link #WINDOW_BYTES} behind; frames that wait are read as one piece. When the writer is silent the reader gets a
 * comment line now and then, which clients skip. A reader that closes interrupts the writer.
 */
final class FrameStream extends PieceStream {

    private static final int WINDOW_BYTES = 64 * 1024;
    private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(US_ASCII);

    private final long keepAliveNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition readable = lock.newCondition();
    private final Condition writable = lock.newCondition();
    private final ArrayDeque<byte[]> frames = new ArrayDeque<>();
    private int bytes;
    private boolean ended;
    private boolean closed;
    private Optional<Thread> writer = Optional.empty();

    FrameStream(Duration keepAlive) {
        this.keepAliveNanos = keepAlive.toNanos();
    }

    /** Names the thread that writes, which is then interrupted when the reader leaves. */
    void writeFrom(Thread thread) throws InterruptedException {
        lock.lock();
        try {
            writer = Optional.of(thread);
            if (closed) {
                throw new InterruptedException("the reader left");
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds a frame, waiting while the reader is behind.
     *
     * @throws InterruptedException when nobody reads any more
     */
    void send(byte[] frame) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && bytes > 0 && bytes + frame.length > WINDOW_BYTES) {
                writable.await();
            }
            if (closed) {
                throw new InterruptedException("the reader left");
            }
            frames.addLast(frame);
            bytes += frame.length;
            readable.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing follows. */
    void end() {
        lock.lock();
        try {
            ended = true;
            writer = Optional.empty();
            readable.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<byte[]> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = keepAliveNanos;
            while (frames.isEmpty() && !ended && !closed) {
                if (left <= 0) {
                    return Optional.of(KEEP_ALIVE);
                }
                left = readable.awaitNanos(left);
            }
            return frames.isEmpty() ? Optional.empty() : Optional.of(waiting());
        } finally {
            lock.unlock();
        }
    }

    private byte[] waiting() {
        var first = frames.removeFirst();
        bytes = 0;
        writable.signal();
        if (frames.isEmpty()) {
            return first;
        }
        var joined = new ByteArrayOutputStream(first.length * 2);
        joined.writeBytes(first);
        frames.forEach(joined::writeBytes);
        frames.clear();
        return joined.toByteArray();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            writer.ifPresent(Thread::interrupt);
            readable.signalAll();
            writable.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
