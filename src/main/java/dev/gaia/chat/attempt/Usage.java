package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Counts of tokens in the neutral names: later values of one attempt replace, those of several attempts are added. */
final class Usage {

    private static final String INPUT = "input_tokens";
    private static final String OUTPUT = "output_tokens";
    private static final String CACHED = "cached_tokens";

    private Usage() {}

    /** What one attempt told so far, with what it tells now. */
    static ObjectNode merge(ObjectNode known, JsonNode more) {
        more.properties().forEach(count -> {
            if (count.getValue().isNumber()) {
                known.set(count.getKey(), count.getValue());
            }
        });
        return known;
    }

    /** Adds the counts of one attempt to those of the call. */
    static void add(ObjectNode sum, JsonNode part) {
        part.properties().forEach(count -> {
            if (count.getValue().isNumber()) {
                sum.put(
                        count.getKey(),
                        sum.path(count.getKey()).asLong() + count.getValue().asLong());
            }
        });
    }

    static ObjectNode none() {
        return JsonNodeFactory.instance.objectNode();
    }

    static boolean complete(JsonNode usage) {
        return usage.path(INPUT).isNumber() && usage.path(OUTPUT).isNumber();
    }

    /** Fills in what the provider did not tell. */
    static void estimate(ObjectNode usage, long input, long output) {
        if (!usage.path(INPUT).isNumber()) {
            usage.put(INPUT, input);
        }
        if (!usage.path(OUTPUT).isNumber()) {
            usage.put(OUTPUT, output);
        }
    }

    static long input(JsonNode usage) {
        return usage.path(INPUT).asLong();
    }

    /** Of the input those that the provider had kept, which may cost less. */
    static long cached(JsonNode usage) {
        return usage.path(CACHED).asLong();
    }

    static long output(JsonNode usage) {
        return usage.path(OUTPUT).asLong();
    }
}
