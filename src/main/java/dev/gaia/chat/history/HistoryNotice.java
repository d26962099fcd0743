package dev.gaia.chat.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.UUID;

/**
 * What processes tell each other about dialogues that changed:
 * {@code {"process","cleared","dialogues":[{"user_id","surface"}]}}, without any text.
 */
public final class HistoryNotice {

    /** Names this process, which would else obey its own notices. */
    private final String process = UUID.randomUUID().toString();

    public JsonNode of(Iterable<HistoryKey> keys, boolean cleared) {
        var notice =
                JsonNodeFactory.instance.objectNode().put("process", process).put("cleared", cleared);
        var dialogues = notice.putArray("dialogues");
        keys.forEach(key -> dialogues.addObject().put("user_id", key.userId()).put("surface", key.surface()));
        return notice;
    }

    boolean isOwn(JsonNode notice) {
        return process.equals(notice.path("process").asText());
    }
}
