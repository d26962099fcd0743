package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.link.GaiaHeaders;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Checks a chat request and leaves it in one form, whichever of the two styles it has: body and variable
 * {@code request}, beside {@code turn}, {@code stream}, {@code askedModel} and {@code askedProvider}.
 *
 * <p>The form: {@code message} text for history; {@code system} text or null; {@code turns} the entries to send, the
 * message among them; {@code own_dialogue} true when the client sent more than one entry, so that they stand in place
 * of the history kept here; {@code model}, {@code provider}, {@code persona_id}, {@code temperature}, {@code top_p},
 * {@code max_tokens}, {@code stop}, {@code stream}, {@code include_usage}, {@code enable_fallback},
 * {@code allow_tool_actions}, {@code conversation_id}, {@code activity}; null when absent.
 * {@code message} wins over {@code messages}. Fields the platform does not know are ignored.
 */
@Component("readChatRequest")
public final class ReadChatRequest implements Processor {

    private static final Set<String> PRIORITIES = Set.of("speed", "quality", "balanced", "vr", "cost");
    private static final Set<String> CONTEXTS =
            Set.of("greeting", "conversation", "technical", "creative", "vr", "emergency", "multimodal");

    private final ObjectMapper mapper;
    private final ChatSettings settings;
    private final Clock clock = Clock.systemUTC();

    public ReadChatRequest(ObjectMapper mapper, ChatSettings settings) {
        this.mapper = mapper;
        this.settings = settings;
    }

    @Override
    public void process(Exchange exchange) {
        begin(exchange, RequestDocument.read(mapper, exchange.getMessage().getBody(byte[].class)));
    }

    /** Checks the document and begins the turn. */
    public void begin(Exchange exchange, JsonNode document) {
        var message = exchange.getMessage();
        var request = read(document);
        ChatTurn.begin(
                exchange,
                clock,
                message.getHeader(GaiaHeaders.USER_ID, "", String.class),
                Optional.ofNullable(message.getHeader(GaiaHeaders.REQUEST_ID, String.class)));
        message.setBody(request);
        take(exchange, request);
    }

    /** Takes the checked request in the body, which a mapping may have changed, for that of this turn. */
    static void take(Exchange exchange, ObjectNode request) {
        exchange.setVariable(ChatVariables.REQUEST, request);
        if (request.get("conversation_id").isTextual()) {
            exchange.setVariable(
                    ChatVariables.CONVERSATION_ASKED,
                    request.get("conversation_id").textValue());
        }
        exchange.setVariable(ChatVariables.STREAM, request.get("stream").booleanValue());
        exchange.setVariable(ChatVariables.ASKED_MODEL, request.get("model").textValue());
        exchange.setVariable(
                ChatVariables.ASKED_PERSONA, request.get("persona_id").textValue());
        exchange.setVariable(
                ChatVariables.ASKED_PROVIDER, request.get("provider").textValue());
    }

    /** @throws Failure with status 422 and one issue per fault */
    ObjectNode read(JsonNode body) {
        var check = new CheckFields(body);
        var turns = new ReadTurns(check);
        var message = check.text("message");
        var messages = check.list("messages");
        if (message.isPresent()) {
            turns.readMessage(message.get());
        } else {
            messages.ifPresent(turns::readMessages);
        }
        var request = JsonNodeFactory.instance.objectNode();
        request.put("message", turns.message().orElse(""));
        request.put("system", turns.system().orElse(null));
        request.set("turns", turns.turns());
        request.put("own_dialogue", turns.turns().size() > 1);
        readOptions(check, request);
        request.put(
                "conversation_id",
                check.text("conversation_id").filter(id -> !id.isBlank()).orElse(null));
        if (check.issues().isEmpty()) {
            requireMessage(check, body, turns);
        }
        if (!check.issues().isEmpty()) {
            throw Failure.invalid(FailureCode.CHAT_INVALID_REQUEST, check.issues());
        }
        return request;
    }

    private void readOptions(CheckFields check, ObjectNode request) {
        request.put("stream", check.bool("stream", false));
        request.put("model", named(check.text("model")).orElse(null));
        request.put("provider", named(check.text("provider")).orElse(null));
        request.put("persona_id", check.text("persona_id").orElse("default"));
        request.put("temperature", check.number("temperature", 0, 2).orElse(settings.temperature()));
        request.put("top_p", check.number("top_p", 0, 1).orElse(null));
        var newName = check.integer("max_completion_tokens", 1);
        request.put(
                "max_tokens", check.integer("max_tokens", 1).or(() -> newName).orElse(settings.maxTokens()));
        var stop = check.texts("stop", true);
        if (stop.isEmpty()) {
            request.putNull("stop");
        } else {
            stop.forEach(request.putArray("stop")::add);
        }
        request.put("enable_fallback", check.bool("enable_fallback", true));
        request.put("allow_tool_actions", check.bool("allow_tool_actions", false));
        request.put(
                "include_usage",
                check.object("stream_options")
                        .map(options -> options.path("include_usage").asBoolean(false))
                        .orElse(false));
        check.bool("force_model_override", false);
        readSelection(check, request);
    }

    /** What selection goes by, kept only when the caller leaves the choice to the platform (semantics 13.2). */
    private void readSelection(CheckFields check, ObjectNode request) {
        boolean wanted = check.bool("auto_select_model", settings.autoSelectModel());
        boolean free = !check.bool("force_provider", true);
        var activity = check.text("activity");
        request.put("activity", activity.orElse(null));
        var priority = check.oneOf("priority", PRIORITIES);
        var context = check.oneOf("context_type", CONTEXTS);
        var limit = check.integer("max_response_time_ms", 0);
        var capabilities = check.texts("required_capabilities", false);
        if (wanted && free) {
            var selection = request.putObject("selection")
                    .put("activity", activity.orElse(""))
                    .put("priority", priority.orElse(null))
                    .put("context", context.orElse(null))
                    .put("max_response_time_ms", limit.orElse(null));
            capabilities.forEach(selection.putArray("capabilities")::add);
        }
    }

    private static Optional<String> named(Optional<String> value) {
        return value.map(String::strip).filter(text -> !text.isEmpty());
    }

    private static void requireMessage(CheckFields check, JsonNode body, ReadTurns turns) {
        if (turns.turns().isEmpty() && !body.hasNonNull("message") && !body.hasNonNull("messages")) {
            check.refuse("missing", "Field required", "message");
        } else if (turns.message().isEmpty()) {
            check.refuse("missing", "There should be an entry of the role user", "messages");
        } else if (turns.message().get().isBlank()
                && turns.turns().path(0).path("content").isTextual()) {
            check.refuse("string_too_short", "The message should not be blank", "message");
        }
    }
}
