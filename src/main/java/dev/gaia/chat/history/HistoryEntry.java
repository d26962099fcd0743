package dev.gaia.chat.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One entry of a dialogue.
 *
 * @param id makes that an entry written twice is stored once
 * @param message {@code {"role","content"}} as models read it; never changed
 * @param origin who said it; of dialogues that are no stored conversations only {@code served} is kept
 */
public record HistoryEntry(UUID id, HistoryKey key, ObjectNode message, Instant createdAt, Origin origin) {

    /** Bytes an entry weighs in the queue beside its text. */
    private static final int OVERHEAD_BYTES = 200;

    /**
     * The model that made an answer, or went on with it last.
     *
     * @param served all that wrote it, in order, as JSON text {@code [{"provider","model","completion_tokens"}]}; empty when
     *     one did
     */
    record Origin(
            Optional<String> model, Optional<String> provider, Optional<Integer> tokens, Optional<String> served) {

        static final Origin NONE = new Origin(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public static HistoryEntry of(UUID id, HistoryKey key, String role, String content, Instant createdAt) {
        return new HistoryEntry(id, key, message(role, content), createdAt, Origin.NONE);
    }

    HistoryEntry from(Origin teller) {
        return new HistoryEntry(id, key, message, createdAt, teller);
    }

    static ObjectNode message(String role, String content) {
        return new RememberedMessage(role, content);
    }

    String role() {
        return text("role");
    }

    String content() {
        return text("content");
    }

    private String text(String field) {
        JsonNode value = message.get(field);
        return value.textValue();
    }

    long weight() {
        return OVERHEAD_BYTES + 2L * content().length();
    }
}
