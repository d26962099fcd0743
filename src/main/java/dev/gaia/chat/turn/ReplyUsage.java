package dev.gaia.chat.turn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Counts of tokens: {@code {"input_tokens","output_tokens"}} inside, both pairs of names in answers. */
public final class ReplyUsage {

    private ReplyUsage() {}

    /** Providers tell counts in several events; the later ones win. */
    public static JsonNode merge(JsonNode known, JsonNode more) {
        if (!more.isObject()) {
            return known;
        }
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        if (known.isObject()) {
            merged.setAll((ObjectNode) known);
        }
        more.properties().forEach(count -> {
            if (count.getValue().isNumber()) {
                merged.set(count.getKey(), count.getValue());
            }
        });
        return merged;
    }

    public static JsonNode asAnswered(JsonNode usage) {
        long input = usage.path("input_tokens").asLong();
        long output = usage.path("output_tokens").asLong();
        return JsonNodeFactory.instance
                .objectNode()
                .put("prompt_tokens", input)
                .put("completion_tokens", output)
                .put("total_tokens", input + output)
                .put("input_tokens", input)
                .put("output_tokens", output);
    }
}
