package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.mapping.JsonStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** A whole neutral answer as the events of a stream: what it thought, what it said, what it calls, then its end. */
final class DealtAnswer implements JsonStream {

    private final ArrayDeque<JsonNode> events = new ArrayDeque<>();

    DealtAnswer(ObjectNode reply) {
        for (var block : reply.path("reasoning")) {
            deal("reasoning", block.path("thinking"));
            deal("reasoning_signature", block.path("signature"));
            deal("redacted_reasoning", block.path("data"));
        }
        deal("text", reply.path("text"));
        deal("refusal", reply.path("refusal"));
        if (!reply.path("tool_calls").isEmpty()) {
            var pieces = event().putArray("tool_calls");
            for (var call : reply.path("tool_calls")) {
                pieces.add(((ObjectNode) call.deepCopy()).put("index", pieces.size()));
            }
        }
        event().setAll(reply.deepCopy().retain(List.of("finish_reason", "stop_sequence", "usage")));
        event().put("end", true);
    }

    private ObjectNode event() {
        var event = JsonNodeFactory.instance.objectNode();
        events.add(event);
        return event;
    }

    private void deal(String name, JsonNode text) {
        if (!text.asText("").isEmpty()) {
            event().set(name, text);
        }
    }

    @Override
    public Optional<JsonNode> next() {
        return Optional.ofNullable(events.poll());
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void close() {
        // holds nothing
    }
}
