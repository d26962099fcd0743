package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;

/**
 * The steps of the orchestrated surface: its own form of a request, and the count of the ways its answers took, in this
 * process since its start.
 */
final class Orchestration {

    private static final String DIRECT = "direct_llm";
    private static final String TOOLS = "direct_mcp";
    private static final String AGENTS = "mcp_agent";

    private final ObjectMapper mapper;
    private final ReadChatRequest reader;
    private final Map<String, Long> counts = new TreeMap<>();
    private long millis;

    Orchestration(ObjectMapper mapper, ReadChatRequest reader) {
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
    }

    /** Counts an answer by the way in the variable {@code orchestratedRoute}. */
    void countOrchestrated(Exchange exchange) {
        var route = exchange.getVariable("orchestratedRoute", DIRECT, String.class);
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
            long direct = counts.getOrDefault(DIRECT, 0L);
            long tools = counts.getOrDefault(TOOLS, 0L);
            long agents = counts.getOrDefault(AGENTS, 0L);
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
