package dev.gaia.chat.persona;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.CheckFields;
import dev.gaia.chat.RequestDocument;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;

/** The steps that check what a caller sends about personas, and refuse what the catalogue does not have. */
final class PersonaRequests {

    private static final int NAME_MAX_CHARACTERS = 100;
    private static final int TEXT_MAX_CHARACTERS = 100_000;
    private static final Set<String> TRUE = Set.of("true", "1", "yes", "on", "t", "y");
    private static final Set<String> FALSE = Set.of("false", "0", "no", "off", "f", "n");
    private static final List<String> TEXTS = List.of("name", "description", "system_prompt");
    private static final List<String> MAPS = List.of("personality_traits", "capabilities");

    private final ObjectMapper mapper;

    PersonaRequests(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Leaves in the header {@code sqlActiveOnly} whether deleted personas are left out, which they are by default. */
    void readPersonaFilter(Exchange exchange) {
        Map<?, ?> query = exchange.getVariable("query", Map.of(), Map.class);
        var asked = query.get("active_only") instanceof String text ? text.toLowerCase(Locale.ROOT) : "true";
        if (!TRUE.contains(asked) && !FALSE.contains(asked)) {
            throw Failure.invalid(
                    FailureCode.CHAT_INVALID_REQUEST,
                    List.of(new Issue(
                            "bool_parsing", List.of("query", "active_only"), "Input should be a valid boolean")));
        }
        exchange.getMessage().setHeader("sqlActiveOnly", Boolean.toString(TRUE.contains(asked)));
    }

    /** Leaves a checked new persona as the body. */
    void readNewPersona(Exchange exchange) {
        exchange.getMessage().setBody(persona(document(exchange), true));
    }

    /** Leaves a checked change of a persona as the body; what is absent or null stays as it is. */
    void readPersonaChange(Exchange exchange) {
        exchange.getMessage().setBody(persona(document(exchange), false));
    }

    /** Leaves the id of the persona that the caller chooses in the variable {@code personaId}. */
    void readPersonaChoice(Exchange exchange) {
        var check = new CheckFields(document(exchange));
        var chosen = check.text("persona_id");
        if (chosen.isEmpty() && check.issues().isEmpty()) {
            check.refuse("missing", "Field required", "persona_id");
        }
        RequestDocument.refuseFaults(check);
        exchange.setVariable("personaId", chosen.orElseThrow());
    }

    /** Refuses with 404 when the body is no persona; the variable {@code personaId} is what was asked for. */
    void requirePersona(Exchange exchange) {
        if (exchange.getMessage().getBody(JsonNode.class).isMissingNode()) {
            throw unknown(exchange);
        }
    }

    /** Refuses a new persona whose name is taken: the body is then empty, and the variable {@code given} has the name. */
    void requireNewName(Exchange exchange) {
        if (exchange.getMessage().getBody(JsonNode.class).isMissingNode()) {
            throw taken(exchange);
        }
    }

    /** Judges a change by the body {@code {"found","taken"}}. */
    void requireChange(Exchange exchange) {
        var outcome = exchange.getMessage().getBody(JsonNode.class);
        if (!outcome.path("found").asBoolean()) {
            throw unknown(exchange);
        }
        if (outcome.path("taken").asBoolean()) {
            throw taken(exchange);
        }
    }

    private static Failure unknown(Exchange exchange) {
        return Failure.of(
                FailureCode.CHAT_NOT_FOUND,
                "Persona not found: " + exchange.getVariable("personaId", "", String.class));
    }

    private static Failure taken(Exchange exchange) {
        var name = exchange.getVariable("given", JsonNode.class).path("name").asText();
        return Failure.of(FailureCode.CHAT_CONFLICT, "Persona name already exists: " + name);
    }

    private JsonNode document(Exchange exchange) {
        return RequestDocument.read(mapper, exchange.getMessage().getBody(byte[].class));
    }

    private static JsonNode persona(JsonNode document, boolean whole) {
        var check = new CheckFields(document);
        var persona = JsonNodeFactory.instance.objectNode();
        for (var field : TEXTS) {
            var text = check.text(field);
            int limit = "name".equals(field) ? NAME_MAX_CHARACTERS : TEXT_MAX_CHARACTERS;
            if (text.isEmpty() && whole && !document.hasNonNull(field)) {
                check.refuse("missing", "Field required", field);
            } else if (text.isPresent()
                    && text.get().codePointCount(0, text.get().length()) > limit) {
                check.refuse("string_too_long", "Input should have at most " + limit + " characters", field);
            } else if (text.isPresent() && "name".equals(field) && text.get().isBlank()) {
                check.refuse("string_too_short", "Input should not be blank", field);
            }
            text.ifPresent(given -> persona.put(field, given));
        }
        for (var field : MAPS) {
            check.object(field).ifPresent(map -> persona.set(field, map));
        }
        RequestDocument.refuseFaults(check);
        return persona;
    }
}
