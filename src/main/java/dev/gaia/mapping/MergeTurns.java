package dev.gaia.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.schibsted.spt.data.jslt.JsltException;

/**
 * The function {@code merge-turns(turns)}: of objects {@code {"role","blocks"}}, those of one role that follow each
 * other become one, their blocks joined. JSLT could only do this by recursion, one level for every turn a client sends.
 */
final class MergeTurns extends MappingFunction {

    MergeTurns() {
        super("merge-turns");
    }

    @Override
    protected JsonNode call(JsonNode turns) {
        if (!turns.isArray()) {
            throw new JsltException("merge-turns wants a list of {\"role\",\"blocks\"}");
        }
        var merged = JsonNodeFactory.instance.arrayNode();
        for (var turn : turns) {
            var last = merged.path(merged.size() - 1);
            if (last instanceof ObjectNode open && open.path("role").equals(turn.path("role"))) {
                blocks(open).addAll(blocks(turn));
            } else {
                ObjectNode copy = merged.addObject();
                copy.set("role", turn.path("role"));
                copy.putArray("blocks").addAll(blocks(turn));
            }
        }
        return merged;
    }

    private static ArrayNode blocks(JsonNode turn) {
        if (turn.path("blocks") instanceof ArrayNode blocks) {
            return blocks;
        }
        throw new JsltException("merge-turns wants a list `blocks` in every turn");
    }
}
