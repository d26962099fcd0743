package dev.gaia.chat.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.chat.turn.ChatSettingsTest;
import dev.gaia.chat.turn.TimeOrderedId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HistoriesTest {

    private static final HistoryKey ANN = new HistoryKey("ann", "v1");
    private static final HistoryKey BOB = new HistoryKey("bob", "v1");

    private final ChatSettings settings = ChatSettingsTest.with(Map.of(
            "gaia.chat.history-max-entries", "6",
            "gaia.chat.history-queue-max-entries", "100",
            "gaia.chat.history-flush-interval", "5ms",
            "gaia.chat.history-shutdown-timeout", "1s"));
    private final HistoryQueue queue = new HistoryQueue(100, 100_000);
    private final Histories histories = new Histories(settings, queue);
    private final FakeStore store = new FakeStore();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<HistoryKey> told = new ArrayList<>();
    private final List<HistoryWriter> writers = new ArrayList<>();

    /** A table in memory that can be away, slow, or of two minds about a batch. */
    private static final class FakeStore implements HistoryStore {

        private final Map<UUID, HistoryEntry> rows = new LinkedHashMap<>();
        private final AtomicInteger failures = new AtomicInteger();
        private final AtomicInteger commitsThatLookFailed = new AtomicInteger();
        private final CountDownLatch gate = new CountDownLatch(1);
        private volatile boolean waits;
        private volatile String refused = "";

        @Override
        public void apply(List<Change> changes) throws SQLException {
            if (waits) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new SQLException(e);
                }
            }
            write(changes);
        }

        private synchronized void write(List<Change> changes) throws SQLException {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new SQLException("away", "08006");
            }
            for (var change : changes) {
                if (change instanceof Change.Add add && add.entry().content().equals(refused)) {
                    throw new SQLException("refused", "22021");
                }
            }
            for (var change : changes) {
                switch (change) {
                    case Change.Add add -> rows.putIfAbsent(add.entry().id(), add.entry());
                    case Change.Open ignored -> {}
                    case Change.Clear clear ->
                        rows.values().removeIf(row -> row.key().equals(clear.key()));
                }
            }
            if (commitsThatLookFailed.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new SQLException("connection lost at commit", "08006");
            }
        }

        @Override
        public synchronized void prune(HistoryKey key, int kept) {
            var ids = rows.values().stream()
                    .filter(row -> row.key().equals(key))
                    .map(HistoryEntry::id)
                    .toList();
            ids.subList(0, Math.max(0, ids.size() - kept)).forEach(rows::remove);
        }

        synchronized List<String> texts(HistoryKey key) {
            return rows.values().stream()
                    .filter(row -> row.key().equals(key))
                    .map(HistoryEntry::content)
                    .toList();
        }

        synchronized List<Histories.Row> read(HistoryKey key) {
            return rows.values().stream()
                    .filter(row -> row.key().equals(key))
                    .map(row -> new Histories.Row(row.id(), row.role(), row.content()))
                    .toList();
        }
    }

    private HistoryWriter writer() {
        var writer = new HistoryWriter(queue, store, settings, meters, told::addAll);
        writers.add(writer);
        return writer;
    }

    @AfterEach
    void stop() {
        store.gate.countDown();
        writers.forEach(HistoryWriter::close);
    }

    private boolean say(HistoryKey key, String text) {
        return histories.add(HistoryEntry.of(TimeOrderedId.next(), key, "user", text, Instant.now()));
    }

    private List<String> load(HistoryKey key) {
        var known = histories.known(key);
        return texts(known.orElseGet(() -> histories.loaded(key, histories.reading(key), store.read(key))));
    }

    private static List<String> texts(ArrayNode dialogue) {
        var texts = new ArrayList<String>();
        dialogue.forEach(entry -> texts.add(entry.path("content").asText()));
        return texts;
    }

    @Test
    void storesEveryEntryOnceInOrder() {
        writer();
        for (int i = 0; i < 5; i++) {
            say(ANN, "entry " + i);
        }

        await().until(() -> store.texts(ANN).size() == 5);
        assertThat(store.texts(ANN)).containsExactly("entry 0", "entry 1", "entry 2", "entry 3", "entry 4");
        await().untilAsserted(() -> assertThat(queue.size()).isZero());
    }

    @Test
    void losesNothingWhenTheStoreBlinks() {
        store.failures.set(2);
        store.commitsThatLookFailed.set(1);
        writer();
        say(ANN, "one");
        say(ANN, "two");

        await().until(() -> queue.size() == 0);
        assertThat(store.texts(ANN)).containsExactly("one", "two");
        assertThat(meters.counter("gaia.chat.history.write.failures").count()).isEqualTo(3);
    }

    @Test
    void givesUpOnlyTheEntryTheStoreRefuses() {
        store.refused = "bad";
        say(ANN, "one");
        say(ANN, "bad");
        say(ANN, "two");
        writer();

        await().until(() -> queue.size() == 0);
        assertThat(store.texts(ANN)).containsExactly("one", "two");
        assertThat(meters.counter("gaia.chat.history.dropped").count()).isEqualTo(1);
    }

    @Test
    void writesWhatIsQueuedAtShutdown() {
        var writer = writer();
        say(ANN, "last words");
        writer.close();

        assertThat(store.texts(ANN)).containsExactly("last words");
        assertThat(say(ANN, "too late")).isFalse();
    }

    @Test
    void findsWhatIsNotStoredYet() {
        store.waits = true;
        writer();
        say(ANN, "one");
        await().until(() -> queue.size() == 1);
        say(ANN, "two");

        assertThat(texts(histories.loaded(ANN, histories.reading(ANN), List.of())))
                .containsExactly("one", "two");
        assertThat(texts(histories.pending(ANN))).containsExactly("one", "two");
        assertThat(load(BOB)).isEmpty();
    }

    @Test
    void doesNotShowAnEntryTwiceThatIsStoredWhileItIsRead() {
        say(ANN, "one");
        var before = histories.reading(ANN);
        writer();
        await().until(() -> queue.size() == 0);

        assertThat(texts(histories.loaded(ANN, before, store.read(ANN)))).containsExactly("one");
        assertThat(texts(histories.loaded(ANN, before, List.of()))).containsExactly("one");
    }

    @Test
    void doesNotKeepADialogueThatChangedWhileItWasRead() {
        var before = histories.reading(ANN);
        say(ANN, "meanwhile");

        assertThat(texts(histories.loaded(ANN, before, List.of()))).containsExactly("meanwhile");
        assertThat(histories.known(ANN)).isEmpty();
    }

    @Test
    void keepsTheNewestEntriesWithinTheBound() {
        load(ANN);
        for (int i = 0; i < 9; i++) {
            say(ANN, "entry " + i);
        }

        assertThat(load(ANN)).containsExactly("entry 4", "entry 5", "entry 6", "entry 7", "entry 8");
    }

    @Test
    void cutsDialoguesInTheStoreNowAndThen() {
        writer();
        for (int i = 0; i < 2_000; i++) {
            if (queue.size() >= 90) {
                await().until(() -> queue.size() < 90);
            }
            say(ANN, "entry " + i);
        }

        await().until(() -> queue.size() == 0);
        assertThat(store.texts(ANN)).contains("entry 1999").hasSizeLessThan(1_500);
    }

    @Test
    void clearsWhatIsStoredWaitingAndBeingWritten() throws InterruptedException {
        writer();
        say(ANN, "stored");
        await().until(() -> queue.size() == 0);
        store.waits = true;
        say(ANN, "being written");
        say(BOB, "of another");
        await().until(() -> queue.size() == 2);
        say(ANN, "waiting");
        histories.clear(ANN);
        say(ANN, "after");

        assertThat(load(ANN)).containsExactly("after");
        assertThat(texts(histories.pending(ANN))).containsExactly("after");
        store.waits = false;
        store.gate.countDown();
        assertThat(queue.awaitWritten(ANN, 2_000_000_000L)).isTrue();
        assertThat(store.texts(ANN)).containsExactly("after");
        assertThat(store.texts(BOB)).containsExactly("of another");
    }

    @Test
    void staysClearedWhileTheStoreIsAway() {
        store.rows.put(UUID.randomUUID(), HistoryEntry.of(UUID.randomUUID(), ANN, "user", "old", Instant.now()));
        histories.clear(ANN);
        histories.changedElsewhere(BOB, false);

        assertThat(texts(histories.loaded(ANN, histories.reading(ANN), store.read(ANN))))
                .isEmpty();
    }

    @Test
    void refusesEntriesBeyondItsBounds() {
        for (int i = 0; i < 100; i++) {
            assertThat(say(ANN, "entry")).isTrue();
        }
        assertThat(say(ANN, "one too many")).isFalse();

        var small = new HistoryQueue(100, 1_000);
        assertThat(small.add(HistoryEntry.of(TimeOrderedId.next(), ANN, "user", "x".repeat(500), Instant.now())))
                .isFalse();
    }

    @Test
    void remembersInMemoryWhatFoundNoRoom() {
        load(BOB);
        for (int i = 0; i < 100; i++) {
            say(ANN, "entry");
        }
        say(BOB, "not stored");

        assertThat(load(BOB)).containsExactly("not stored");
    }

    @Test
    void readsAgainWhatAnotherProcessChanged() {
        load(ANN);
        store.rows.put(UUID.randomUUID(), HistoryEntry.of(UUID.randomUUID(), ANN, "user", "elsewhere", Instant.now()));
        assertThat(load(ANN)).isEmpty();
        histories.changedElsewhere(ANN, false);

        assertThat(load(ANN)).containsExactly("elsewhere");
    }

    @Test
    void forgetsWhatWaitsWhenAnotherProcessClears() {
        say(ANN, "waiting");
        histories.changedElsewhere(ANN, true);

        assertThat(load(ANN)).isEmpty();
    }

    @Test
    void tellsWhichDialoguesChanged() {
        writer();
        say(ANN, "one");

        await().untilAsserted(() -> assertThat(told).containsExactly(ANN));
    }
}
