package dev.gaia.auth.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Step that writes the event of an account flow (events 4.2) into the variable {@code event}: what the variable
 * {@code accountEvent} names, and a success unless the body is a refusal. The user is the one in the answer, else
 * {@code accountUser}; a refused call speaks for nobody. Never a token.
 */
@Component("writeAccountEvent")
final class WriteAccountEvent implements Processor {

    private static final DateTimeFormatter NAIVE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");

    @Override
    public void process(Exchange exchange) {
        var answer = exchange.getMessage().getBody(JsonNode.class);
        boolean success = !answer.has("detail");
        var user = Optional.ofNullable(answer.path("user").path("id").textValue())
                .or(() -> Optional.ofNullable(exchange.getVariable("accountUser", String.class)))
                .filter(id -> success);
        exchange.setVariable(
                "event",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("event", exchange.getVariable("accountEvent", String.class))
                        .put("auth_type", "jwt")
                        .put("user_id", user.orElse(null))
                        .put("success", success)
                        .put("timestamp", LocalDateTime.now(ZoneOffset.UTC).format(NAIVE)));
    }
}
