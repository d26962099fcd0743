package dev.gaia.chat.history;

import dev.gaia.chat.history.HistoryStore.Change;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Changes of dialogues that are not stored yet, in their order. Bounded by entries and by bytes: an entry that finds
 * the queue full is refused, because leaving out the newest keeps what is stored free of gaps in the middle.
 *
 * <p>A batch stays in the queue until it is told to be done, so that a reader always finds what the database does not
 * have yet.
 */
final class HistoryQueue {

    private final int maxEntries;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition written = lock.newCondition();
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private final Map<HistoryKey, ArrayDeque<Change>> byKey = new HashMap<>();
    private long bytes;
    private int inFlight;
    private boolean closed;

    HistoryQueue(int maxEntries, long maxBytes) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
    }

    /** Queues an entry; false when there is no room, or when the queue is closed. */
    boolean add(HistoryEntry entry) {
        lock.lock();
        try {
            if (closed || changes.size() >= maxEntries || bytes + entry.weight() > maxBytes) {
                return false;
            }
            bytes += entry.weight();
            put(new Change.Add(entry));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Queues the making of a stored conversation; false as for an entry. */
    boolean open(Change.Open conversation) {
        lock.lock();
        try {
            if (closed || changes.size() >= maxEntries) {
                return false;
            }
            put(conversation);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Queues the deletion of a dialogue and forgets its entries that are not being written; there is always room,
     * since a dialogue that is forgotten twice needs to be forgotten once.
     */
    void clear(HistoryKey key) {
        lock.lock();
        try {
            cancel(key);
            put(new Change.Clear(key));
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the changes of a dialogue that are not being written, because another process cleared it. */
    void forget(HistoryKey key) {
        lock.lock();
        try {
            cancel(key);
        } finally {
            lock.unlock();
        }
    }

    private void put(Change change) {
        changes.addLast(change);
        byKey.computeIfAbsent(change.key(), ignored -> new ArrayDeque<>()).addLast(change);
        if (changes.size() == inFlight + 1) {
            filled.signal();
        }
    }

    private void cancel(HistoryKey key) {
        if (!byKey.containsKey(key)) {
            return;
        }
        var kept = new ArrayDeque<Change>(changes.size());
        var keptOfKey = new ArrayDeque<Change>();
        int position = 0;
        for (var change : changes) {
            boolean writing = position < inFlight;
            position++;
            if (writing || !change.key().equals(key)) {
                kept.addLast(change);
                if (change.key().equals(key)) {
                    keptOfKey.addLast(change);
                }
            } else {
                bytes -= weight(change);
            }
        }
        changes.clear();
        changes.addAll(kept);
        if (keptOfKey.isEmpty()) {
            byKey.remove(key);
        } else {
            byKey.put(key, keptOfKey);
        }
    }

    /** What of a dialogue is not stored yet; {@code cleared} when what is stored no longer counts. */
    record Pending(boolean cleared, List<HistoryEntry> entries) {}

    Pending pending(HistoryKey key) {
        lock.lock();
        try {
            boolean cleared = false;
            List<HistoryEntry> entries = new ArrayList<>();
            for (var change : byKey.getOrDefault(key, new ArrayDeque<>())) {
                switch (change) {
                    case Change.Add add -> entries.add(add.entry());
                    case Change.Open ignored -> {}
                    case Change.Clear ignored -> {
                        cleared = true;
                        entries.clear();
                    }
                }
            }
            return new Pending(cleared, entries);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something is queued; false when the queue was closed and is empty. */
    boolean awaitFilled() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (changes.isEmpty()) {
                if (closed) {
                    return false;
                }
                filled.await();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the given time, or until the queue is closed. */
    void awaitClosed(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!closed && left > 0) {
                left = filled.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next changes to write, which count as being written until {@link #done}. */
    List<Change> take(int max) {
        lock.lock();
        try {
            var batch = changes.stream().limit(max).toList();
            inFlight = batch.size();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** The batch is stored, or given up: leaves the queue. */
    void done(List<Change> batch) {
        lock.lock();
        try {
            for (var change : batch) {
                changes.removeFirst();
                bytes -= weight(change);
                var ofKey = byKey.get(change.key());
                ofKey.removeFirst();
                if (ofKey.isEmpty()) {
                    byKey.remove(change.key());
                }
            }
            inFlight = 0;
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing of a dialogue is queued any more; false when the time was over before. */
    boolean awaitWritten(HistoryKey key, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (byKey.containsKey(key) && left > 0) {
                left = written.awaitNanos(left);
            }
            return !byKey.containsKey(key);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is taken in, and waits end. */
    void close() {
        lock.lock();
        try {
            closed = true;
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return changes.size();
        } finally {
            lock.unlock();
        }
    }

    private static long weight(Change change) {
        return change instanceof Change.Add add ? add.entry().weight() : 0;
    }
}
