package dev.gaia.chat.history;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gaia.chat.turn.ChatSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The dialogues as requests see them: newest entries in memory, completed from the table when they are not there, and
 * always with what still waits to be stored. Lists that are handed out are never changed.
 *
 * <p>With the database away this degrades by itself: what cannot be read is missing, what was said since is in the
 * queue.
 */
public final class Histories {

    private static final int STRIPES = 1_024;
    private static final int DIALOGUE_BYTES = 300;

    private final HistoryBounds bounds;
    private final HistoryQueue queue;
    private final Cache<HistoryKey, ArrayNode> cache;
    /** Counts the changes of the dialogues of a stripe, to notice one that happened while the table was read. */
    private final AtomicIntegerArray changes = new AtomicIntegerArray(STRIPES);

    Histories(ChatSettings settings, HistoryQueue queue) {
        this.bounds = new HistoryBounds(settings);
        this.queue = queue;
        this.cache = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(settings.historyCacheMaxBytes())
                .weigher(Histories::weight)
                .expireAfterWrite(settings.historyCacheTime())
                .build();
    }

    private static int weight(HistoryKey key, ArrayNode dialogue) {
        int weight = DIALOGUE_BYTES + key.userId().length();
        for (var message : dialogue) {
            weight += message instanceof RememberedMessage remembered ? remembered.weight() : 0;
        }
        return weight;
    }

    /** A stored entry, as it was read. */
    record Row(UUID id, String role, String content) {}

    /** The dialogue, oldest entry first, if it is in memory. */
    Optional<ArrayNode> known(HistoryKey key) {
        return Optional.ofNullable(cache.getIfPresent(key));
    }

    /** How many entries of the dialogue are kept; 0 when none are. */
    int kept(HistoryKey key) {
        return bounds.kept(key);
    }

    /** A dialogue that begins now: nothing of it need be read. */
    void begin(HistoryKey key) {
        cache.put(key, JsonNodeFactory.instance.arrayNode());
    }

    /** Queues the making of the stored conversation that this dialogue is; false when there is no room. */
    boolean open(HistoryStore.Change.Open conversation) {
        return queue.open(conversation);
    }

    /** Taken before the table is read, and given to {@link #loaded}. */
    record Reading(int change, HistoryQueue.Pending pending) {}

    Reading reading(HistoryKey key) {
        return new Reading(changes.get(stripe(key)), queue.pending(key));
    }

    /** Completes what was read and keeps it, unless the dialogue changed meanwhile. */
    ArrayNode loaded(HistoryKey key, Reading before, List<Row> rows) {
        var now = queue.pending(key);
        SequencedMap<UUID, ObjectNode> entries = new LinkedHashMap<>();
        if (!before.pending().cleared() && !now.cleared()) {
            rows.forEach(row -> entries.put(row.id(), HistoryEntry.message(row.role(), row.content())));
        }
        if (!now.cleared()) {
            before.pending().entries().forEach(entry -> entries.putIfAbsent(entry.id(), entry.message()));
        }
        now.entries().forEach(entry -> entries.putIfAbsent(entry.id(), entry.message()));
        var dialogue = newest(key, entries.values().stream().toList());
        if (changes.get(stripe(key)) == before.change()) {
            cache.asMap().putIfAbsent(key, dialogue);
        }
        return dialogue;
    }

    /** The dialogue as far as it is known without the table. */
    ArrayNode pending(HistoryKey key) {
        return newest(
                key,
                queue.pending(key).entries().stream().map(HistoryEntry::message).toList());
    }

    /** Adds an entry at the end; false when there is no room to have it stored, though it is remembered in memory. */
    boolean add(HistoryEntry entry) {
        boolean queued = queue.add(entry);
        changes.incrementAndGet(stripe(entry.key()));
        cache.asMap().computeIfPresent(entry.key(), (ignored, dialogue) -> with(entry, dialogue));
        return queued;
    }

    /** Forgets a dialogue for good; the table follows. */
    void clear(HistoryKey key) {
        queue.clear(key);
        changes.incrementAndGet(stripe(key));
        cache.asMap().put(key, JsonNodeFactory.instance.arrayNode());
    }

    /** Another process changed, or cleared, the dialogue. */
    void changedElsewhere(HistoryKey key, boolean cleared) {
        if (cleared) {
            queue.forget(key);
        }
        changes.incrementAndGet(stripe(key));
        cache.invalidate(key);
    }

    private ArrayNode with(HistoryEntry entry, ArrayNode dialogue) {
        int kept = bounds.kept(entry.key());
        var longer = JsonNodeFactory.instance
                .arrayNode(dialogue.size() + 1)
                .addAll(dialogue)
                .add(entry.message());
        while (longer.size() > kept) {
            longer.remove(0);
        }
        return longer;
    }

    private ArrayNode newest(HistoryKey key, List<ObjectNode> entries) {
        int skipped = Math.max(0, entries.size() - bounds.kept(key));
        return JsonNodeFactory.instance.arrayNode().addAll(entries.subList(skipped, entries.size()));
    }

    private static int stripe(HistoryKey key) {
        return Math.floorMod(key.hashCode(), STRIPES);
    }

    /** For the steps that turn rows of a query into entries. */
    static Row row(Map<?, ?> columns) {
        return new Row(
                UUID.fromString(String.valueOf(columns.get("id"))),
                String.valueOf(columns.get("role")),
                String.valueOf(columns.get("content")));
    }
}
