package dev.gaia.chat.persona;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;
import java.util.UUID;

/**
 * What processes tell each other when personas changed: {@code {"process","user_id"}}, the user when only somebody's
 * choice did, null when the catalogue did.
 */
final class PersonaNotice {

    /** Names this process, which would else obey its own notices. */
    private final String process = UUID.randomUUID().toString();

    JsonNode of(Optional<String> userId) {
        return JsonNodeFactory.instance.objectNode().put("process", process).put("user_id", userId.orElse(null));
    }

    boolean isOwn(JsonNode notice) {
        return process.equals(notice.path("process").asText());
    }
}
