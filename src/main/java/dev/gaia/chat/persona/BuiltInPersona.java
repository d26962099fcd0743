package dev.gaia.chat.persona;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.database.DefaultPersona;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.camel.Exchange;

/** Mu from inside the program. */
public final class BuiltInPersona {

    private final ObjectNode seed = DefaultPersona.read();
    private final String since = Instant.now().truncatedTo(ChronoUnit.MICROS).toString();

    /** What a new row of the catalogue is made of, as JSON text; routes bind it to a statement. */
    public String text() {
        return seed.toString();
    }

    /** Answers with the persona that stands in while the database is away; its id is {@code default}. */
    void answerBuiltInPersona(Exchange exchange) {
        var persona = seed.deepCopy()
                .put("id", "default")
                .put("is_active", true)
                .put("created_by", "system")
                .put("created_at", since)
                .put("updated_at", since);
        var answer = JsonNodeFactory.instance
                .objectNode()
                .put("success", true)
                .put("message", "Current persona retrieved successfully");
        answer.set("persona", persona);
        exchange.getMessage().setBody(answer);
    }
}
