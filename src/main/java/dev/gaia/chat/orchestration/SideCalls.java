package dev.gaia.chat.orchestration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.figures.ModelCosts;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * The steps around a model call beside the dialogue: it has a turn, a call and a choice of model of its own, and only
 * what it used goes to the answer. It runs between {@link #stepAside} and {@link #stepBack}, or in the copy of the
 * exchange that {@code split} makes. ({@code enrich} brings the variables of its copy back.)
 */
final class SideCalls {

    /** Variable: the {@link SideUsage} of the request. */
    private static final String USAGE = "sideUsage";

    private static final String KEPT = "keptVariables";

    private final ModelCosts costs;

    SideCalls(ModelCosts costs) {
        this.costs = costs;
    }

    /** Step: begins to count for a request. */
    void beginSideUsage(Exchange exchange) {
        exchange.setVariable(USAGE, new SideUsage(costs));
    }

    /** Step: keeps all variables as they are. */
    void stepAside(Exchange exchange) {
        exchange.setVariable(KEPT, new HashMap<>(exchange.getVariables()));
    }

    /** Step: has all variables again as they were kept. */
    void stepBack(Exchange exchange) {
        Map<?, ?> kept = exchange.getVariable(KEPT, Map.class);
        List.copyOf(exchange.getVariables().keySet()).forEach(exchange::removeVariable);
        kept.forEach((name, value) -> exchange.setVariable((String) name, value));
    }

    /** Step: makes the neutral call in the body, with the model it wants, that of this exchange. */
    void beginSideCall(Exchange exchange) {
        var call = exchange.getMessage().getBody(ObjectNode.class);
        exchange.setVariable(ChatVariables.TURN, ChatTurn.of(exchange).deepCopy());
        exchange.setVariable(ChatVariables.CALL, call);
        exchange.setVariable(ChatVariables.REQUEST, JsonNodeFactory.instance.objectNode());
        exchange.setVariable(ChatVariables.ASKED_MODEL, call.path("model").textValue());
        exchange.setVariable(ChatVariables.ASKED_PROVIDER, null);
        exchange.setVariable(ChatVariables.STREAM, false);
    }

    /** Step: counts what the answer in the body used. */
    void endSideCall(Exchange exchange) {
        exchange.getVariable(USAGE, SideUsage.class)
                .add(
                        ChatTurn.of(exchange),
                        exchange.getMessage().getBody(JsonNode.class).path("usage"));
    }

    /** Step: adds what all side calls used to the answer in the body and to its turn. */
    void settleSideUsage(Exchange exchange) {
        exchange.getVariable(USAGE, SideUsage.class)
                .settle(exchange.getMessage().getBody(ObjectNode.class), ChatTurn.of(exchange));
    }
}
