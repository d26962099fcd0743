package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.turn.ChatVariables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;

/** The steps between two questions to the model. The body is the model's whole answer, or what the step says. */
final class ToolLoop {

    static final String UNFINISHED = "I could not finish this with the tools I have.";

    /**
     * Looks at the model's answer: says whether tools are to run, else makes it the answer of the turn, with the usage
     * of all rounds. A model that goes on asking when it may not any more is taken at what it said beside.
     */
    void noteToolCalls(Exchange exchange) {
        var reply = exchange.getMessage().getBody(ObjectNode.class);
        var rounds = ToolVariables.rounds(exchange);
        boolean calls =
                reply.path("tool_calls").isArray() && !reply.get("tool_calls").isEmpty();
        boolean asked = calls && rounds.mayGoOn();
        exchange.setVariable(ToolVariables.ASKED, asked);
        if (asked) {
            rounds.addUsage(reply.path("usage"));
            return;
        }
        if (calls) {
            reply.putNull("tool_calls").put("finish_reason", "stop");
            if (reply.path("text").asText("").isBlank()) {
                reply.put("text", UNFINISHED);
            }
        }
        reply.set("usage", rounds.total(reply.path("usage")));
    }

    /** Adds what the model said to the dialogue; leaves the calls it asks for, a list, in the body. */
    void beginRound(Exchange exchange) {
        var reply = exchange.getMessage().getBody(JsonNode.class);
        ToolVariables.rounds(exchange).begin();
        var set = ToolVariables.set(exchange);
        var entry = messages(exchange).addObject().put("role", "assistant");
        var text = reply.path("text").asText("");
        entry.put("content", text.isEmpty() ? null : text);
        entry.set("tool_calls", reply.get("tool_calls"));
        if (reply.path("reasoning").isArray()) {
            // Given back to the same model, which otherwise loses its thread.
            var call = exchange.getVariable(ChatVariables.CALL, ObjectNode.class);
            entry.putObject("reasoning")
                    .put("model", call.path("model").asText())
                    .set("blocks", reply.get("reasoning"));
        }
        var calls = new ArrayList<JsonNode>();
        reply.get("tool_calls").forEach(calls::add);
        exchange.setVariable(
                ToolVariables.ORDERED,
                calls.size() > 1
                        && calls.stream()
                                .map(call -> call.at("/function/name").asText())
                                .anyMatch(name ->
                                        set.find(name).filter(OfferedTool::acts).isPresent()));
        exchange.getMessage().setBody(calls);
    }

    /** Adds the results, a list of entries in the body, to the dialogue. */
    void endRound(Exchange exchange) {
        var rounds = ToolVariables.rounds(exchange);
        List<?> results = exchange.getMessage().getBody(List.class);
        for (var result : results) {
            var entry = (ObjectNode) result;
            rounds.addResult(entry.path("content").asText().getBytes(StandardCharsets.UTF_8).length);
            messages(exchange).add(entry);
        }
        exchange.setVariable(ToolVariables.RUNS, rounds.runs());
        if (!rounds.mayGoOn()) {
            // The tools stay in the call, because providers want to know what earlier entries speak of.
            exchange.getVariable(ChatVariables.CALL, ObjectNode.class).put("tool_choice", "none");
        }
    }

    private static ArrayNode messages(Exchange exchange) {
        return (ArrayNode)
                exchange.getVariable(ChatVariables.CALL, ObjectNode.class).get("messages");
    }
}
