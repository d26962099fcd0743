package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/**
 * {@link Halves} of what is no text of an answer: thoughts, words of a refusal, the arguments of each call of a tool. A
 * half that nothing follows is no character, and is left out.
 */
final class OtherHalves {

    private static final String REASONING = "reasoning";
    private static final String REFUSAL = "refusal";
    private static final String ARGUMENTS = "arguments";

    private final Map<String, Halves> kinds = new HashMap<>();

    /** What of a neutral event can be handed on; the event itself when that is all. */
    JsonNode offer(JsonNode event) {
        if (passes(event)) {
            return event;
        }
        ObjectNode whole = event.deepCopy();
        replace(whole, REASONING, REASONING);
        replace(whole, REFUSAL, REFUSAL);
        for (var call : whole.path("tool_calls")) {
            if (call.path("function") instanceof ObjectNode function) {
                replace(function, ARGUMENTS, kindOf(call));
            }
        }
        return whole;
    }

    private boolean passes(JsonNode event) {
        boolean passes = passes(REASONING, event.path(REASONING)) && passes(REFUSAL, event.path(REFUSAL));
        for (var call : event.path("tool_calls")) {
            passes = passes && passes(kindOf(call), call.at("/function/arguments"));
        }
        return passes;
    }

    private boolean passes(String kind, JsonNode text) {
        return !text.isTextual() || halves(kind).passes(text.textValue());
    }

    private void replace(ObjectNode holder, String field, String kind) {
        if (holder.path(field).isTextual()) {
            holder.put(field, halves(kind).offer(holder.get(field).textValue()));
        }
    }

    private Halves halves(String kind) {
        return kinds.computeIfAbsent(kind, name -> Halves.ofCharacters());
    }

    private static String kindOf(JsonNode call) {
        return ARGUMENTS + call.path("index").asInt();
    }

    /** Forgets what was kept back. */
    void drop() {
        kinds.clear();
    }
}
