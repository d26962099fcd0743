package dev.gaia.chat.orchestration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.figures.ModelCosts;
import java.math.BigDecimal;

/** What the model calls beside the answer's own used: to classify, to plan, of agents. Safe for several threads. */
final class SideUsage {

    private static final String INPUT = "input_tokens";
    private static final String OUTPUT = "output_tokens";
    private static final String CACHED = "cached_tokens";

    private final ModelCosts costs;
    private long input;
    private long output;
    private long cached;
    private BigDecimal cost = BigDecimal.ZERO;

    SideUsage(ModelCosts costs) {
        this.costs = costs;
    }

    /** @param turn of the call */
    synchronized void add(JsonNode turn, JsonNode usage) {
        input += usage.path(INPUT).asLong();
        output += usage.path(OUTPUT).asLong();
        cached += usage.path(CACHED).asLong();
        cost = cost.add(costs.ofTurn(turn, usage));
    }

    /** Makes the answer and its turn tell what all calls used and cost. */
    synchronized void settle(ObjectNode reply, ObjectNode turn) {
        if (input + output == 0) {
            return;
        }
        var own = reply.path("usage");
        turn.put("cost_usd", cost.add(costs.ofTurn(turn, own)));
        var sum = own.isObject() ? ((ObjectNode) own).deepCopy() : reply.objectNode();
        sum.put(INPUT, own.path(INPUT).asLong() + input)
                .put(OUTPUT, own.path(OUTPUT).asLong() + output)
                .put(CACHED, own.path(CACHED).asLong() + cached);
        reply.set("usage", sum);
    }
}
