package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.mcp.McpFault;
import dev.gaia.chat.turn.ChatVariables;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of one call of a tool. Whatever goes wrong becomes a text for the model; none of them fails the turn. */
final class ToolCalls {

    private static final Logger log = LoggerFactory.getLogger("chat-tool-call");

    private static final String REFUSED = "REFUSED";
    private static final String INTERNAL = "The tool failed";

    private final ToolSets sets;
    private final ToolSettings settings;
    private final ToolArguments arguments;

    ToolCalls(ToolSets sets, ToolSettings settings, ToolArguments arguments) {
        this.sets = sets;
        this.settings = settings;
        this.arguments = arguments;
    }

    /** Reads the call in the body: leaves tool, kind and arguments in variables, or a refusal in the body. */
    void readCall(Exchange exchange) {
        var call = exchange.getMessage().getBody(JsonNode.class);
        exchange.setVariable(ToolVariables.CALL, call);
        exchange.setVariable(ToolVariables.ARGUMENTS, JsonNodeFactory.instance.objectNode());
        try {
            if (exchange.getProperty(Exchange.SPLIT_INDEX, 0, Integer.class) >= settings.callsMax()) {
                throw new ToolRefusal("Only " + settings.callsMax() + " tools may be called at once");
            }
            var name = call.at("/function/name").asText();
            var tool = ToolVariables.set(exchange)
                    .find(name)
                    .orElseThrow(() -> new ToolRefusal("There is no tool of that name"));
            var read = arguments.read(tool, call.at("/function/arguments").asText(""));
            exchange.setVariable(ToolVariables.TOOL, tool);
            exchange.setVariable(ToolVariables.ARGUMENTS, read);
            exchange.setVariable(ToolVariables.KIND, tool.kind().name());
        } catch (ToolRefusal e) {
            exchange.setVariable(ToolVariables.KIND, REFUSED);
            exchange.getMessage().setBody(ToolResults.error(e.getMessage()));
        }
    }

    /** Has the tool's MCP server run it; the body becomes its result. */
    void runOnServer(Exchange exchange) throws McpFault {
        var tool = exchange.getVariable(ToolVariables.TOOL, OfferedTool.class);
        var server = sets.server(tool).orElseThrow(() -> new McpFault(INTERNAL));
        exchange.getMessage()
                .setBody(server.call(
                        tool.tool(),
                        exchange.getVariable(ToolVariables.ARGUMENTS, ObjectNode.class),
                        ToolVariables.rounds(exchange).left()));
    }

    /** Makes a result of the caller's dialogue in the variable {@code history}. */
    void tellHistory(Exchange exchange) {
        var history = exchange.getVariable(ChatVariables.HISTORY, ArrayNode.class);
        exchange.getMessage().setBody(ToolResults.of(history.toString()));
    }

    /** Makes a result of what was caught: the words of an MCP server, nothing of any other defect. */
    void tellFault(Exchange exchange) {
        var cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (cause instanceof McpFault fault) {
            exchange.getMessage().setBody(ToolResults.error(fault.getMessage()));
        } else {
            log.warn("a tool failed", cause);
            exchange.getMessage().setBody(ToolResults.error(INTERNAL));
        }
    }

    /** Turns the result in the body into an entry of the dialogue, and notes the run. */
    void keepResult(Exchange exchange) {
        var call = exchange.getVariable(ToolVariables.CALL, JsonNode.class);
        var result = exchange.getMessage().getBody(JsonNode.class);
        var text = ToolResults.text(result, settings.resultMaxBytes());
        boolean failed = ToolResults.failed(result);
        var run = JsonNodeFactory.instance.objectNode();
        run.put("tool", call.at("/function/name").asText());
        run.set("input", exchange.getVariable(ToolVariables.ARGUMENTS, JsonNode.class));
        run.put(failed ? "error" : "result", text);
        ToolVariables.rounds(exchange).ran(run);
        var entry = JsonNodeFactory.instance
                .objectNode()
                .put("role", "tool")
                .put("tool_call_id", call.path("id").asText())
                .put("content", text);
        exchange.getMessage().setBody(failed ? entry.put("is_error", true) : entry);
    }
}
