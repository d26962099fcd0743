package dev.gaia.link;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sending end of a stream that crosses NATS: numbers the pieces and waits while the reader is a window behind.
 *
 * <p>One thread sends; acknowledgements, cancellations and ticks come from others.
 */
final class PieceWriter {

    /** Speaks to the reader. */
    interface Receiver {
        void piece(long number, byte[] bytes);

        void end(long count);

        void broken(String reason);

        void alive();

        /** Nobody reads on: the source is to be closed, without blocking the caller; called once. */
        void cancelled();
    }

    private final LinkSettings settings;
    private final Receiver receiver;
    private final ReentrantLock lock = new ReentrantLock();

    /** Sizes of the pieces that are not acknowledged, by number modulo window. */
    private final int[] sizes;

    private long sent;
    private long acknowledged;
    private long aheadBytes;
    private boolean over;
    private boolean cancelled;

    /** The sending thread while it waits for the reader; null otherwise. */
    private Thread blocked;

    private long heardNanos = System.nanoTime();
    private long spokeNanos = System.nanoTime();

    PieceWriter(LinkSettings settings, Receiver receiver) {
        this.settings = settings;
        this.receiver = receiver;
        this.sizes = new int[settings.windowPieces()];
    }

    /**
     * Waits until a whole piece can be sent, so that none is made before.
     *
     * @return false when nobody reads on
     */
    boolean awaitRoom() throws InterruptedException {
        return await(settings.pieceMaxBytes(), false);
    }

    /**
     * Sends what came next, if anything did.
     *
     * @return false when it was the end, or nobody reads on
     */
    boolean send(Optional<byte[]> next) throws InterruptedException {
        return next.isPresent() && send(next.get());
    }

    /**
     * Sends bytes, cut to the size of a piece, and blocks while the window is full.
     *
     * @return false when nobody reads on
     */
    boolean send(byte[] bytes) throws InterruptedException {
        for (int from = 0; from < bytes.length; from += settings.pieceMaxBytes()) {
            int to = Math.min(bytes.length, from + settings.pieceMaxBytes());
            byte[] piece = from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
            if (!reserve(piece.length)) {
                return false;
            }
            receiver.piece(sent, piece);
        }
        return true;
    }

    /** Everything was sent. */
    void end() {
        if (finish()) {
            receiver.end(sent);
        }
    }

    /** The source failed; what was sent is not all. */
    void broken(String reason) {
        if (finish()) {
            receiver.broken(reason);
        }
    }

    /** The reader took everything up to this number. */
    void acknowledge(long number) {
        boolean impossible;
        lock.lock();
        try {
            heardNanos = System.nanoTime();
            impossible = number > sent;
            for (; !impossible && acknowledged < number; acknowledged++) {
                aheadBytes -= sizes[slot(acknowledged + 1)];
            }
            LockSupport.unpark(blocked);
        } finally {
            lock.unlock();
        }
        if (impossible) {
            cancel();
        }
    }

    void heard() {
        lock.lock();
        try {
            heardNanos = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody reads on. */
    void cancel() {
        lock.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            cancelled = true;
            LockSupport.unpark(blocked);
        } finally {
            lock.unlock();
        }
        receiver.cancelled();
    }

    void tick(long nowNanos) {
        boolean speak = false;
        boolean silent;
        lock.lock();
        try {
            if (over) {
                return;
            }
            silent = older(nowNanos, heardNanos, settings.silenceMax());
            if (!silent && older(nowNanos, spokeNanos, settings.heartbeat())) {
                spokeNanos = nowNanos;
                speak = true;
            }
        } finally {
            lock.unlock();
        }
        if (silent) {
            cancel();
        } else if (speak) {
            receiver.alive();
        }
    }

    boolean cancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a place in the window, or waits for one. */
    private boolean reserve(int length) throws InterruptedException {
        return await(length, true);
    }

    private boolean await(int length, boolean taken) throws InterruptedException {
        while (true) {
            lock.lockInterruptibly();
            try {
                blocked = null;
                if (over) {
                    return false;
                }
                boolean free =
                        sent - acknowledged < settings.windowPieces() && aheadBytes + length <= settings.windowBytes();
                if (free && taken) {
                    sent++;
                    sizes[slot(sent)] = length;
                    aheadBytes += length;
                    spokeNanos = System.nanoTime();
                }
                if (free) {
                    return true;
                }
                blocked = Thread.currentThread();
            } finally {
                lock.unlock();
            }
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private boolean finish() {
        lock.lock();
        try {
            boolean first = !over;
            over = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    private int slot(long number) {
        return (int) (number % sizes.length);
    }

    private static boolean older(long now, long then, Duration limit) {
        return now - then > limit.toNanos();
    }
}
