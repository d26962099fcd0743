package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.link.Departure;
import dev.gaia.link.GaiaHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/**
 * Tells routes how a streamed turn ended; a stream calls exactly one of the two, once. The exchange of the request is
 * over by then, so that its variables are kept here, and of its headers those that say whose turn it is.
 */
public final class TurnEnd {

    private static final String FAILED = "direct:chat-fail";
    private static final List<String> KEPT_HEADERS = List.of(GaiaHeaders.USER_ID, GaiaHeaders.REQUEST_ID);

    private final ProducerTemplate template;
    private final String answered;
    private final Departure departure;
    private final Map<String, Object> variables;
    private final Map<String, Object> headers = new HashMap<>();

    /** @param answered where a whole answer goes, such as {@code direct:chat-remember} */
    public TurnEnd(ProducerTemplate template, Exchange exchange, String answered) {
        this.template = template;
        this.answered = answered;
        this.departure = Departure.of(exchange);
        this.variables = new HashMap<>(exchange.getVariables());
        for (var name : KEPT_HEADERS) {
            var value = exchange.getMessage().getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
    }

    /** The answer is whole: {@code reply} in the neutral form, text, finish_reason and usage. */
    public void answered(JsonNode reply) {
        run(answered, reply);
    }

    /** There is no whole answer, for this reason. */
    public void failed(String reason) {
        run(FAILED, reason);
    }

    /** Nobody reads on. */
    public void left() {
        failed(departure.reason().sentence());
    }

    private void run(String route, Object body) {
        template.send(route, ended -> {
            variables.forEach(ended::setVariable);
            ended.getMessage().setHeaders(headers);
            ended.getMessage().setBody(body);
        });
    }
}
