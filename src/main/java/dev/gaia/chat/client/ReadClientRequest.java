package dev.gaia.chat.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.PlainText;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.TokenCounter;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.link.GaiaHeaders;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;

/**
 * Checks a request in a provider's own form, and begins its turn: body stays the document, variables {@code request}
 * ({@code model}, {@code provider}, {@code stream}, {@code include_usage}, {@code enable_fallback}), {@code turn},
 * {@code stream} and what the caller asked for. What a mapping can translate is not looked at.
 */
final class ReadClientRequest {

    private static final Set<String> COMPLETION_ROLES =
            Set.of("system", "developer", "user", "assistant", "tool", "function");
    private static final Set<String> MESSAGE_ROLES = Set.of("user", "assistant", "system");

    private final ObjectMapper mapper;
    private final ModelCatalogue catalogue;
    private final TokenCounter counter;
    private final Clock clock = Clock.systemUTC();

    ReadClientRequest(ObjectMapper mapper, ModelCatalogue catalogue, TokenCounter counter) {
        this.mapper = mapper;
        this.catalogue = catalogue;
        this.counter = counter;
    }

    /** Step: a request of chat completions. */
    void readCompletion(Exchange exchange) {
        var body = document(exchange);
        requireMessages(body, COMPLETION_ROLES);
        for (var entry : body.path("messages")) {
            for (var call : entry.path("tool_calls")) {
                requireArguments(call.at("/function/arguments"));
            }
        }
        if (body.path("n").asInt(1) != 1) {
            throw refused("n must be 1: one answer for each request");
        }
        requireNumber(body, "temperature", 2);
        begin(exchange, body, body.at("/stream_options/include_usage").asBoolean(false));
    }

    /** Step: a request of messages. */
    void readMessage(Exchange exchange) {
        var body = document(exchange);
        requireMessages(body, MESSAGE_ROLES);
        if (!body.path("max_tokens").canConvertToInt()
                || body.path("max_tokens").asInt() < 1) {
            throw refused("max_tokens: Field required, an integer of 1 or more");
        }
        requireNumber(body, "temperature", 1);
        begin(exchange, withModel(body), false);
    }

    /** Step: a request to count the tokens of a message, whose estimate takes the place of the neutral call. */
    void readCounted(Exchange exchange) {
        var body = document(exchange);
        requireMessages(body, MESSAGE_ROLES);
        var named = withModel(body);
        exchange.setVariable(ChatVariables.ASKED_MODEL, named.path("model").asText(""));
        exchange.getMessage().setBody(named);
    }

    /** Step: takes the neutral call in the body as the call, or says how large it is. */
    void countCall(Exchange exchange) {
        var call = exchange.getMessage().getBody(JsonNode.class);
        var model = exchange.getVariable(ChatVariables.ASKED_MODEL, "", String.class);
        exchange.getMessage().setBody(JsonNodeFactory.instance.objectNode().put("tokens", counter.ofCall(model, call)));
    }

    /** The name a model has here is what its thoughts are kept under. */
    private ObjectNode withModel(ObjectNode body) {
        var name = body.path("model").asText("");
        return body.put(
                "resolved_model",
                catalogue.find(name).map(ModelCatalogue.Found::model).orElse(name));
    }

    private ObjectNode document(Exchange exchange) {
        try {
            var bytes = exchange.getMessage().getBody(byte[].class);
            var parsed = mapper.readTree(bytes == null ? new byte[0] : bytes);
            if (parsed.isObject()) {
                return (ObjectNode) (PlainText.mayNeedCleaning(bytes) ? PlainText.clean(parsed) : parsed);
            }
        } catch (IOException e) {
            // answered below, like any other document that is not an object
        }
        throw refused("The body should be a JSON object");
    }

    private void begin(Exchange exchange, ObjectNode body, boolean includeUsage) {
        var model = body.path("model");
        if (!model.isTextual() || model.textValue().isBlank()) {
            throw refused("model: Field required, the name of a model");
        }
        boolean stream = body.path("stream").asBoolean(false);
        var request = JsonNodeFactory.instance
                .objectNode()
                .put("model", model.textValue().strip())
                .putNull("provider")
                .put("stream", stream)
                .put("include_usage", includeUsage)
                .put("enable_fallback", body.path("enable_fallback").asBoolean(true));
        var message = exchange.getMessage();
        ChatTurn.begin(
                exchange,
                clock,
                message.getHeader(GaiaHeaders.USER_ID, "", String.class),
                Optional.ofNullable(message.getHeader(GaiaHeaders.REQUEST_ID, String.class)));
        message.setBody(body);
        exchange.setVariable(ChatVariables.REQUEST, request);
        exchange.setVariable(ChatVariables.STREAM, stream);
        exchange.setVariable(ChatVariables.ASKED_MODEL, request.path("model").textValue());
    }

    private static void requireMessages(JsonNode body, Set<String> roles) {
        if (!(body.path("messages") instanceof ArrayNode messages) || messages.isEmpty()) {
            throw refused("messages: Field required, a list of at least one entry");
        }
        for (int i = 0; i < messages.size(); i++) {
            var entry = messages.get(i);
            if (!entry.isObject() || !roles.contains(entry.path("role").asText())) {
                throw refused("messages." + i + ".role: one of "
                        + String.join(", ", roles.stream().sorted().toList()));
            }
            requireContent(entry.path("content"), entry, i);
        }
    }

    private static void requireContent(JsonNode content, JsonNode entry, int index) {
        boolean absent = content.isMissingNode() || content.isNull();
        if (absent && (entry.has("tool_calls") || entry.has("function_call"))) {
            return;
        }
        if (!content.isTextual() && !content.isArray()) {
            throw refused("messages." + index + ".content: a text or a list of parts");
        }
        for (var part : content) {
            if (!part.path("type").isTextual()) {
                throw refused("messages." + index + ".content: each part needs a type");
            }
        }
    }

    private static void requireNumber(JsonNode body, String field, int highest) {
        var value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > highest) {
            throw refused(field + ": a number between 0 and " + highest);
        }
    }

    private void requireArguments(JsonNode arguments) {
        var text = arguments.asText("");
        try {
            if (text.isBlank() || mapper.readTree(text).isObject()) {
                return;
            }
        } catch (IOException e) {
            // refused below, like arguments that are no object
        }
        throw refused("tool_calls: the arguments of a call must be a JSON object, written as text");
    }

    private static Failure refused(String sentence) {
        return Failure.of(FailureCode.CHAT_BAD_REQUEST, sentence);
    }
}
