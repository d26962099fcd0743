package dev.gaia.chat;

import static dev.gaia.chat.ChatVariables.ASKED_PERSONA;
import static dev.gaia.chat.ChatVariables.PERSONA;
import static dev.gaia.chat.ChatVariables.PERSONA_UNKNOWN;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gaia.link.GaiaHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.core.io.ClassPathResource;

/**
 * The personas in effect, by caller and by the persona asked for, kept for a short time. Each step leaves the variable
 * {@code persona} and its id in the turn.
 */
public final class PersonaCache {

    private static final String BUILT_IN_PROMPT = "persona/mu.txt";
    private static final int MAX_ENTRIES = 10_000;

    private record Key(String userId, String asked) {}

    private final Cache<Key, ObjectNode> personas;
    private final ObjectNode builtIn;

    PersonaCache(ChatSettings settings) {
        this.personas = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(MAX_ENTRIES)
                .expireAfterWrite(settings.personaCacheTime())
                .build();
        this.builtIn = persona("default", "Mu", builtInPrompt());
    }

    private static String builtInPrompt() {
        try {
            return new ClassPathResource(BUILT_IN_PROMPT).getContentAsString(UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves the persona if it is known, nothing otherwise. */
    public void recallPersona(Exchange exchange) {
        var known = personas.getIfPresent(key(exchange));
        exchange.setVariable(PERSONA_UNKNOWN, known == null);
        if (known != null) {
            use(exchange, known);
        }
    }

    /** Keeps the persona that was read: body is the list of rows, the first of which counts; none means the built-in. */
    public void keepPersona(Exchange exchange) {
        List<?> rows = exchange.getMessage().getBody(List.class);
        var persona = rows.isEmpty() ? builtIn : persona((Map<?, ?>) rows.getFirst());
        personas.put(key(exchange), persona);
        use(exchange, persona);
    }

    /** Leaves the built-in persona, because none could be read. */
    public void useBuiltInPersona(Exchange exchange) {
        use(exchange, builtIn);
    }

    private static void use(Exchange exchange, ObjectNode persona) {
        exchange.setVariable(PERSONA, persona);
        ChatTurn.of(exchange).set("persona_id", persona.get("id"));
    }

    private static Key key(Exchange exchange) {
        return new Key(
                exchange.getMessage().getHeader(GaiaHeaders.USER_ID, "", String.class),
                ChatVariables.text(exchange, ASKED_PERSONA).orElse("default"));
    }

    private static ObjectNode persona(Map<?, ?> row) {
        return persona(
                String.valueOf(row.get("id")),
                String.valueOf(row.get("name")),
                String.valueOf(row.get("system_prompt")));
    }

    /** The place where a prompt describes tools is emptied, since none are offered yet. */
    private static ObjectNode persona(String id, String name, String systemPrompt) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("name", name)
                .put(
                        "system_prompt",
                        systemPrompt.replace("{tools_section}", "").strip());
    }
}
