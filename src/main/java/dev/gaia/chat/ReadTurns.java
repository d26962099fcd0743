package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads an OpenAI-style {@code messages} list: system and developer texts are set apart, blank entries are left out,
 * and the last user entry is the message of the request.
 */
final class ReadTurns {

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool", "function");
    private static final List<String> KEPT = List.of("name", "tool_calls", "tool_call_id");

    private final CheckFields check;
    private final List<String> system = new ArrayList<>();
    private final ArrayNode turns = JsonNodeFactory.instance.arrayNode();
    private Optional<String> message = Optional.empty();

    ReadTurns(CheckFields check) {
        this.check = check;
    }

    /** A request with a single {@code message}. */
    void readMessage(String text) {
        turns.addObject().put("role", "user").put("content", text);
        message = Optional.of(text);
    }

    void readMessages(JsonNode messages) {
        for (int i = 0; i < messages.size(); i++) {
            readEntry(messages.get(i), String.valueOf(i));
        }
    }

    private void readEntry(JsonNode entry, String index) {
        if (!entry.isObject()) {
            check.refuse("dict_type", "Input should be a valid object", "messages", index);
            return;
        }
        var role = entry.path("role");
        if (!role.isTextual() || !ROLES.contains(role.textValue())) {
            check.refuse(
                    "literal_error",
                    "Input should be one of: system, developer, user, assistant, tool, function",
                    "messages",
                    index,
                    "role");
            return;
        }
        var content = entry.path("content");
        if (!fits(content, entry)) {
            check.refuse(
                    content.isMissingNode() ? "missing" : "string_type",
                    "Content should be a text or a list of parts, each an object with a type",
                    "messages",
                    index,
                    "content");
            return;
        }
        keep(role.textValue(), entry, content);
    }

    private static boolean fits(JsonNode content, JsonNode entry) {
        if (content.isMissingNode() || content.isNull()) {
            return entry.path("tool_calls").isArray();
        }
        if (content.isArray()) {
            for (var part : content) {
                boolean text = "text".equals(part.path("type").asText());
                if (!part.path("type").isTextual()
                        || (text && !part.path("text").isTextual())) {
                    return false;
                }
            }
            return true;
        }
        return content.isTextual();
    }

    private void keep(String role, JsonNode entry, JsonNode content) {
        var text = textOf(content);
        switch (role) {
            case "system", "developer" -> {
                if (!text.isBlank()) {
                    system.add(text);
                }
            }
            case "user" -> {
                if (!text.isBlank() || (content.isArray() && !content.isEmpty())) {
                    message = Optional.of(text);
                    add(role, entry, content);
                }
            }
            case "function" -> add("user", entry, TextNode.valueOf("Result of a function: " + text));
            default -> {
                if (!text.isBlank() || entry.has("tool_calls") || entry.has("tool_call_id")) {
                    add(role, entry, content);
                }
            }
        }
    }

    private void add(String role, JsonNode entry, JsonNode content) {
        ObjectNode turn = turns.addObject().put("role", role);
        turn.set("content", content.isMissingNode() ? JsonNodeFactory.instance.nullNode() : content);
        for (var name : KEPT) {
            if (entry.hasNonNull(name)) {
                turn.set(name, entry.get(name));
            }
        }
    }

    private static String textOf(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        var text = new StringBuilder();
        for (var part : content) {
            text.append(part.path("text").asText(""));
        }
        return text.toString();
    }

    /** Text of the last user entry; empty when there is none. */
    Optional<String> message() {
        return message;
    }

    /** The texts of system and developer entries, joined by a blank line; empty when there are none. */
    Optional<String> system() {
        return system.isEmpty() ? Optional.empty() : Optional.of(String.join("\n\n", system));
    }

    ArrayNode turns() {
        return turns;
    }
}
