package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.KeptText;
import dev.gaia.chat.turn.ReplyUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the neutral events of one stream together to the neutral answer they stand for, see {@code mappings/README.md}.
 * Used by one thread.
 */
public final class ReplyAssembly {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** A tool call as far as it has come. */
    private static final class Call {
        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();
    }

    private final KeptText text = new KeptText();
    private final StringBuilder refusal = new StringBuilder();
    private final Map<Integer, Call> calls = new LinkedHashMap<>();
    private final List<ObjectNode> reasoning = new ArrayList<>();
    private final StringBuilder thought = new StringBuilder();
    private JsonNode usage = MissingNode.getInstance();
    private Optional<String> finishReason = Optional.empty();
    private Optional<String> stopSequence = Optional.empty();

    /** Takes one event; marks of silence and unknown keys change nothing. */
    public void add(JsonNode event) {
        var said = event.get("text");
        if (event.size() == 1 && said != null) {
            // Nearly every event holds nothing but text.
            text.append(said.asText(""));
            return;
        }
        text.append(event.path("text").asText(""));
        refusal.append(event.path("refusal").asText(""));
        thought.append(event.path("reasoning").asText(""));
        if (event.path("reasoning_signature").isTextual()) {
            closeThought(Optional.of(event.path("reasoning_signature").textValue()));
        }
        if (event.path("redacted_reasoning").isTextual()) {
            closeThought(Optional.empty());
            reasoning.add(NODES.objectNode()
                    .put("type", "redacted_thinking")
                    .put("data", event.path("redacted_reasoning").textValue()));
        }
        for (var piece : event.path("tool_calls")) {
            var call = calls.computeIfAbsent(piece.path("index").asInt(), index -> new Call());
            call.id = call.id.isEmpty() ? piece.path("id").asText("") : call.id;
            call.name = call.name.isEmpty() ? piece.at("/function/name").asText("") : call.name;
            call.arguments.append(piece.at("/function/arguments").asText(""));
        }
        usage = ReplyUsage.merge(usage, event.path("usage"));
        if (event.path("finish_reason").isTextual()) {
            finishReason = Optional.of(event.path("finish_reason").textValue());
        }
        if (event.path("stop_sequence").isTextual()) {
            stopSequence = Optional.of(event.path("stop_sequence").textValue());
        }
    }

    /** The model was stopped, because it said more than it was allowed; its counts are not known. */
    void endAsTooLong() {
        finishReason = Optional.of("length");
        usage = MissingNode.getInstance();
    }

    /** Takes the counts of tokens that came after the last piece. */
    void addUsage(JsonNode counts) {
        usage = ReplyUsage.merge(usage, counts);
    }

    private void closeThought(Optional<String> signature) {
        if (!thought.isEmpty() || signature.isPresent()) {
            var block = NODES.objectNode().put("type", "thinking").put("thinking", thought.toString());
            signature.ifPresent(value -> block.put("signature", value));
            reasoning.add(block);
            thought.setLength(0);
        }
    }

    /** Why the model stopped; empty while it has not, so that the answer is not whole. */
    public Optional<String> finishReason() {
        return finishReason;
    }

    /** What was said so far. */
    public String text() {
        return text.toString();
    }

    /** The answer as far as it has come; an empty list of arguments is {@code {}}. */
    public ObjectNode reply() {
        closeThought(Optional.empty());
        var reply = NODES.objectNode()
                .put("text", text.toString())
                .put("finish_reason", finishReason.orElse(null))
                .put("stop_sequence", stopSequence.orElse(null))
                .put("refusal", refusal.isEmpty() ? null : refusal.toString());
        if (calls.isEmpty()) {
            reply.putNull("tool_calls");
        } else {
            var list = reply.putArray("tool_calls");
            for (var call : calls.values()) {
                var function = list.addObject()
                        .put("id", call.id)
                        .put("type", "function")
                        .putObject("function")
                        .put("name", call.name);
                function.put("arguments", call.arguments.isEmpty() ? "{}" : call.arguments.toString());
            }
        }
        if (reasoning.isEmpty()) {
            reply.putNull("reasoning");
        } else {
            reasoning.forEach(reply.withArray("reasoning")::add);
        }
        reply.set("usage", usage.isObject() ? usage : NODES.nullNode());
        return reply;
    }
}
