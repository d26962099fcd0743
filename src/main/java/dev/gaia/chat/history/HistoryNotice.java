package dev.gaia.chat.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.link.Notices;
import java.io.IOException;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * What processes tell each other about dialogues that changed:
 * {@code {"process","cleared","dialogues":[{"user_id","surface"}]}}, without any text.
 */
public final class HistoryNotice {

    private final Notices notices;

    HistoryNotice(Notices notices) {
        this.notices = notices;
    }

    public JsonNode of(Iterable<HistoryKey> keys, boolean cleared) {
        var notice = notices.begin().put("cleared", cleared);
        var dialogues = notice.putArray("dialogues");
        keys.forEach(key -> dialogues.addObject().put("user_id", key.userId()).put("surface", key.surface()));
        return notice;
    }

    Optional<JsonNode> ofAnother(Exchange exchange) throws IOException {
        return notices.ofAnother(exchange);
    }
}
