package dev.gaia.chat.persona;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.link.Notices;
import java.io.IOException;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * What processes tell each other when personas changed: {@code {"process","user_id"}}, the user when only somebody's
 * choice did, null when the catalogue did.
 */
final class PersonaNotice {

    private final Notices notices;

    PersonaNotice(Notices notices) {
        this.notices = notices;
    }

    JsonNode of(Optional<String> userId) {
        return notices.begin().put("user_id", userId.orElse(null));
    }

    Optional<JsonNode> ofAnother(Exchange exchange) throws IOException {
        return notices.ofAnother(exchange);
    }
}
