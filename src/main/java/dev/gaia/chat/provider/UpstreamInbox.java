package dev.gaia.chat.provider;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What an exchange has brought and its reader has not taken: bytes, answers, signals and failures. The event loop puts
 * in, one thread takes out; it parks without a timer while there is nothing.
 */
final class UpstreamInbox {

    private final ConcurrentLinkedQueue<Object> items = new ConcurrentLinkedQueue<>();
    private final AtomicInteger bytes = new AtomicInteger();
    private final int maxBytes;
    private final Runnable roomy;

    private volatile Thread reader;

    /**
     * An empty one.
     *
     * @param maxBytes that may wait for the reader
     * @param roomy runs on the reader's thread when bytes were taken and at most half as many wait
     */
    UpstreamInbox(int maxBytes, Runnable roomy) {
        this.maxBytes = maxBytes;
        this.roomy = roomy;
    }

    /**
     * Counts bytes that are about to be put in; false when more than may wait are there then. What holds their source
     * back must do so before they are put in: a reader who takes them at once would let it go on too early.
     */
    boolean fits(int length) {
        return bytes.addAndGet(length) <= maxBytes;
    }

    void put(Object item) {
        items.add(item);
        var waiting = reader;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** True while it is the reader who is behind: bytes wait, or it does not. */
    boolean unread() {
        return bytes.get() > 0 || reader == null;
    }

    /** Waits for the next item. */
    Object take() throws InterruptedException {
        Object item = poll();
        if (item != null) {
            return item;
        }
        reader = Thread.currentThread();
        try {
            while ((item = poll()) == null) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException("told to stop while waiting for a model provider");
                }
            }
            return item;
        } finally {
            reader = null;
        }
    }

    /** The next bytes, if they are there; null when something else is next or nothing is. */
    byte[] pollBytes() {
        return items.peek() instanceof byte[] ? (byte[]) poll() : null;
    }

    private Object poll() {
        Object item = items.poll();
        if (item instanceof byte[] piece && bytes.addAndGet(-piece.length) <= maxBytes / 2) {
            roomy.run();
        }
        return item;
    }
}
