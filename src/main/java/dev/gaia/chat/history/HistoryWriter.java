package dev.gaia.chat.history;

import dev.gaia.chat.history.HistoryStore.Change;
import dev.gaia.chat.turn.ChatSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the queue to the store: one thread, so that the order stays; in batches; again and again while the database
 * is away, since writing a batch twice stores it once.
 *
 * <p>A change the database refuses for what it holds is given up alone, so that it cannot hold up all others. At
 * shutdown what is queued is written for as long as the setting allows; the rest is counted in the log.
 */
final class HistoryWriter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HistoryWriter.class);
    private static final long RETRY_FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long RETRY_LAST_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** A dialogue is cut in the table once for so many bounds of entries, on average. */
    private static final int PRUNE_EVERY_BOUNDS = 8;

    private final HistoryQueue queue;
    private final HistoryStore store;
    private final ChatSettings settings;
    private final HistoryBounds bounds;
    private final Consumer<Set<HistoryKey>> stored;
    private final Counter dropped;
    private final Counter failures;
    private final Thread thread;

    /** @param stored told which dialogues changed in the store, after each batch */
    HistoryWriter(
            HistoryQueue queue,
            HistoryStore store,
            ChatSettings settings,
            MeterRegistry meters,
            Consumer<Set<HistoryKey>> stored) {
        this.queue = queue;
        this.store = store;
        this.settings = settings;
        this.bounds = new HistoryBounds(settings);
        this.stored = stored;
        this.dropped = Counter.builder("gaia.chat.history.dropped")
                .description("entries of dialogues that were not stored")
                .register(meters);
        this.failures = Counter.builder("gaia.chat.history.write.failures")
                .description("batches that could not be written at once")
                .register(meters);
        Gauge.builder("gaia.chat.history.queued", queue, HistoryQueue::size)
                .description("changes of dialogues that wait to be stored")
                .register(meters);
        this.thread = Thread.ofVirtual().name("chat-history-writer").start(this::run);
    }

    void countDropped(int entries) {
        dropped.increment(entries);
    }

    private void run() {
        try {
            while (queue.awaitFilled()) {
                if (queue.size() < settings.historyBatchMaxEntries()) {
                    queue.awaitClosed(settings.historyFlushInterval().toNanos());
                }
                var batch = queue.take(settings.historyBatchMaxEntries());
                write(batch);
                queue.done(batch);
                tell(batch);
                prune(batch);
            }
        } catch (InterruptedException e) {
            log.warn("{} entries of dialogues were not stored before the shutdown", queue.size());
        }
    }

    private void write(List<Change> batch) throws InterruptedException {
        long wait = RETRY_FIRST_NANOS;
        while (true) {
            try {
                store.apply(batch);
                return;
            } catch (SQLException e) {
                failures.increment();
                if (refused(e)) {
                    writeSingly(batch);
                    return;
                }
                if (wait == RETRY_FIRST_NANOS) {
                    log.warn("dialogues cannot be stored now, trying again: {}", e.getMessage());
                }
            }
            queue.awaitClosed(wait);
            if (queue.isClosed()) {
                TimeUnit.NANOSECONDS.sleep(RETRY_FIRST_NANOS);
            }
            wait = Math.min(wait * 2, RETRY_LAST_NANOS);
        }
    }

    private void writeSingly(List<Change> batch) throws InterruptedException {
        if (batch.size() == 1) {
            dropped.increment();
            log.error("an entry of a dialogue was refused by the database and is given up");
            return;
        }
        for (var change : batch) {
            write(List.of(change));
        }
    }

    /** True when the database looked at the values and refused them: SQL state classes 22 and 23. */
    private static boolean refused(SQLException e) {
        var state = e.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    private void tell(List<Change> batch) {
        try {
            stored.accept(batch.stream().map(Change::key).collect(Collectors.toUnmodifiableSet()));
        } catch (RuntimeException e) {
            log.debug("other processes were not told of changed dialogues", e);
        }
    }

    /** By chance instead of by counting, so that nothing is kept per dialogue and a restart changes nothing. */
    private void prune(List<Change> batch) {
        for (var change : batch) {
            if (change.key().isConversation()) {
                continue;
            }
            int kept = bounds.kept(change.key());
            if (ThreadLocalRandom.current().nextInt(PRUNE_EVERY_BOUNDS * kept) == 0) {
                try {
                    store.prune(change.key(), kept);
                } catch (SQLException e) {
                    log.debug("old entries of a dialogue stay for now", e);
                }
            }
        }
    }

    @Override
    public void close() {
        queue.close();
        try {
            if (!thread.join(settings.historyShutdownTimeout())) {
                thread.interrupt();
                thread.join(settings.historyShutdownTimeout());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
