package dev.gaia.chat;

import static dev.gaia.chat.turn.ChatVariables.ASKED_PERSONA;
import static dev.gaia.chat.turn.ChatVariables.PERSONA;
import static dev.gaia.chat.turn.ChatVariables.PERSONA_UNKNOWN;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Interner;
import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.database.DefaultPersona;
import dev.gaia.link.GaiaHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;

/**
 * The personas in effect, by caller and by the persona asked for, kept for a short time; beside each stands what the
 * caller prefers for streams, {@code {"model","priority"}}. Each step leaves the variable {@code persona} and its id in
 * the turn.
 */
public final class PersonaCache {

    private static final int MAX_ENTRIES = 10_000;
    private static final String OWN = "default";
    /** The key of a persona that holds the preference. */
    public static final String STREAM_PREFERENCE = "stream_preference";
    /** Longer texts are no persona's id, and not worth keeping. */
    private static final int ID_MAX_CHARACTERS = 64;

    private static final String READING = "gaiaPersonaReading";

    private record Key(String userId, String asked) {}

    private final Cache<Key, ObjectNode> personas;
    /** Most callers have the same few personas, whose prompts are long. */
    private final Interner<ObjectNode> shared = Interner.newWeakInterner();

    private final ObjectMapper mapper;
    private final ObjectNode builtIn;
    /** Counts what was forgotten, to notice a change that happened while the database was read. */
    private final AtomicInteger changes = new AtomicInteger();

    PersonaCache(ChatSettings settings, ObjectMapper mapper) {
        this.mapper = mapper;
        this.personas = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(MAX_ENTRIES)
                .expireAfterWrite(settings.personaCacheTime())
                .build();
        var seed = DefaultPersona.read();
        this.builtIn =
                PersonaPrompt.persona(OWN, "Mu", seed.path("system_prompt").asText(), seed.path("capabilities"));
    }

    /** Leaves the persona if it is known, nothing otherwise. */
    public void recallPersona(Exchange exchange) {
        var known = personas.getIfPresent(key(exchange));
        exchange.setVariable(PERSONA_UNKNOWN, known == null);
        if (known != null) {
            use(exchange, known);
        } else {
            exchange.setVariable(READING, changes.get());
        }
    }

    /** Keeps the persona that was read: body is the list of rows, the first of which counts; none means the built-in. */
    public void keepPersona(Exchange exchange) throws JsonProcessingException {
        List<?> rows = exchange.getMessage().getBody(List.class);
        var persona = rows.isEmpty() ? builtIn : shared.intern(persona((Map<?, ?>) rows.getFirst()));
        if (exchange.getVariable(READING, 0, Integer.class) == changes.get()) {
            personas.put(key(exchange), persona);
        }
        use(exchange, persona);
    }

    /** Leaves the built-in persona, because none could be read. */
    public void useBuiltInPersona(Exchange exchange) {
        use(exchange, builtIn);
    }

    /** Forgets what a user had in effect, or everything. */
    public void forget(Optional<String> userId) {
        changes.incrementAndGet();
        if (userId.isPresent()) {
            personas.asMap().keySet().removeIf(key -> key.userId().equals(userId.get()));
        } else {
            personas.invalidateAll();
        }
    }

    /** How many are kept, of all users. */
    public long size() {
        return personas.estimatedSize();
    }

    /** What is kept of one user, as {@code <user>:<persona asked for>}. */
    public List<String> keysOf(String userId) {
        return personas.asMap().keySet().stream()
                .filter(key -> key.userId().equals(userId))
                .map(key -> key.userId() + ":" + key.asked())
                .sorted()
                .toList();
    }

    private static void use(Exchange exchange, ObjectNode persona) {
        exchange.setVariable(PERSONA, persona);
        ChatTurn.of(exchange).set("persona_id", persona.get("id"));
    }

    private static Key key(Exchange exchange) {
        return new Key(
                exchange.getMessage().getHeader(GaiaHeaders.USER_ID, "", String.class),
                ChatVariables.text(exchange, ASKED_PERSONA)
                        .filter(asked -> asked.length() <= ID_MAX_CHARACTERS)
                        .orElse(OWN));
    }

    private ObjectNode persona(Map<?, ?> row) throws JsonProcessingException {
        var capabilities = row.get("capabilities");
        var persona = PersonaPrompt.persona(
                String.valueOf(row.get("id")),
                String.valueOf(row.get("name")),
                String.valueOf(row.get("system_prompt")),
                capabilities == null ? MissingNode.getInstance() : mapper.readTree(String.valueOf(capabilities)));
        if (row.get("stream_model") != null) {
            persona.putObject(STREAM_PREFERENCE)
                    .put("model", String.valueOf(row.get("stream_model")))
                    .put("priority", String.valueOf(row.get("stream_priority")));
        }
        return persona;
    }
}
