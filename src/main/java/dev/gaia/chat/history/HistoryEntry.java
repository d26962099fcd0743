package dev.gaia.chat.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/**
 * One entry of a dialogue.
 *
 * @param id makes that an entry written twice is stored once
 * @param message {@code {"role","content"}} as models read it; never changed
 */
public record HistoryEntry(UUID id, HistoryKey key, ObjectNode message, Instant createdAt) {

    /** Bytes an entry weighs in the queue beside its text. */
    private static final int OVERHEAD_BYTES = 200;

    public static HistoryEntry of(UUID id, HistoryKey key, String role, String content, Instant createdAt) {
        return new HistoryEntry(id, key, message(role, content), createdAt);
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
