package dev.gaia.chat.orchestration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.ReadChatRequest;
import dev.gaia.chat.RequestDocument;
import dev.gaia.chat.tools.ToolVariables;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.util.EnumMap;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * The steps of the orchestrated surface: its own form of a request, and the count of the ways that requests took, failed
 * ones included, in this process since its start.
 */
final class OrchestrationFigures {

    private final ObjectMapper mapper;
    private final ReadChatRequest reader;
    private final Map<Way, Long> counts = new EnumMap<>(Way.class);
    private long millis;

    OrchestrationFigures(ObjectMapper mapper, ReadChatRequest reader) {
        this.mapper = mapper;
        this.reader = reader;
    }

    /** Checks a request as {@link ReadChatRequest} does; the list of messages wins, and neither is 400. */
    void readOrchestratedRequest(Exchange exchange) {
        var body = RequestDocument.read(mapper, exchange.getMessage().getBody(byte[].class));
        boolean listed =
                body.path("messages").isArray() && !body.path("messages").isEmpty();
        if (!listed && body.path("message").asText("").isBlank()) {
            throw Failure.of(FailureCode.CHAT_BAD_REQUEST, "No messages provided");
        }
        reader.begin(exchange, listed ? ((ObjectNode) body).without("message") : body);
        exchange.setVariable("orchestration", JsonNodeFactory.instance.nullNode());
        exchange.setVariable(ToolVariables.RUNS, JsonNodeFactory.instance.arrayNode());
    }

    /** Counts the request by the way in the variable {@code orchestratedRoute}. */
    void countOrchestrated(Exchange exchange) {
        var route = Way.namedIn(exchange.getVariable(ChooseWay.ROUTE, "", String.class))
                .orElse(Way.DIRECT_LLM);
        long took = ChatTurn.of(exchange).path("total_time_ms").asLong();
        synchronized (counts) {
            counts.merge(route, 1L, Long::sum);
            millis += took;
        }
    }

    /** Leaves the counts as the body. */
    void describeOrchestration(Exchange exchange) {
        exchange.getMessage().setBody(figures());
    }

    private JsonNode figures() {
        synchronized (counts) {
            long direct = counts.getOrDefault(Way.DIRECT_LLM, 0L);
            long tools = counts.getOrDefault(Way.DIRECT_MCP, 0L);
            long agents = counts.getOrDefault(Way.MCP_AGENT, 0L);
            long total = direct + tools + agents;
            var figures = JsonNodeFactory.instance
                    .objectNode()
                    .put("total_requests", total)
                    .put("direct_llm", direct)
                    .put("mcp_requests", tools)
                    .put("orchestrated", agents)
                    .put("avg_response_time", total == 0 ? 0 : Math.round((double) millis / total) / 1000.0);
            figures.putObject("route_distribution")
                    .put("direct_llm", share(direct, total))
                    .put("mcp", share(tools, total))
                    .put("orchestrated", share(agents, total));
            return figures;
        }
    }

    private static double share(long part, long total) {
        return total == 0 ? 0 : Math.round(1000.0 * part / total) / 1000.0;
    }
}
