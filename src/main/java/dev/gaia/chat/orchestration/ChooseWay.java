package dev.gaia.chat.orchestration;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.turn.ChatVariables;
import java.util.Optional;
import org.apache.camel.Exchange;

/** The steps that settle which way a request takes: the variable {@code orchestratedRoute}. */
final class ChooseWay {

    static final String ROUTE = "orchestratedRoute";
    /** Whether the way is still to be found: boolean. */
    private static final String UNKNOWN = "wayUnknown";

    private final OrchestrationTable table;

    ChooseWay(OrchestrationTable table) {
        this.table = table;
    }

    /** Settles the way of a message that looks like those of one way. */
    void matchWay(Exchange exchange) {
        settle(exchange, table.wayOf(message(exchange)));
    }

    /** Settles the way that the model's answer in the body names; no answer, or none or several ways, settle nothing. */
    void readWay(Exchange exchange) {
        var reply = exchange.getMessage().getBody(JsonNode.class);
        settle(exchange, Way.namedIn(reply.path("text").asText("")));
    }

    /** Settles the way by the tools that the message speaks of. */
    void countToolWords(Exchange exchange) {
        settle(exchange, Optional.of(table.wayByWords(message(exchange))));
    }

    private static void settle(Exchange exchange, Optional<Way> way) {
        exchange.setVariable(UNKNOWN, way.isEmpty());
        way.ifPresent(found -> exchange.setVariable(ROUTE, found.word()));
    }

    private static String message(Exchange exchange) {
        return ChatVariables.object(exchange, ChatVariables.REQUEST)
                .path("message")
                .asText("");
    }
}
