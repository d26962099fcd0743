package dev.gaia.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Step of {@code nats-edge-errors}: turns the failure of an exchange into an answer. A door of the link sends the
 * failure itself, so that the gateway throws the very same one; every other NATS consumer replies with the document
 * {@code {"error": …}}, where Camel alone would reply with the request.
 */
public final class AnswerNatsFailure implements Processor {

    /** Exchange variable with the {@link Failure} a door sends instead of a body. */
    static final String VARIABLE = "natsFailure";

    private final ObjectMapper json;

    AnswerNatsFailure(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public void process(Exchange exchange) throws JsonProcessingException {
        var cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        var failure = cause instanceof Failure decided ? decided : internal(exchange);
        exchange.setVariable(VARIABLE, failure);
        var document = json.createObjectNode().set("error", failure.detail());
        exchange.getMessage().setBody(json.writeValueAsBytes(document));
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
    }

    /** The failure to send for an exchange; empty for one that went well. */
    static Optional<Failure> of(Exchange exchange) {
        if (exchange.getVariable(VARIABLE) instanceof Failure failure) {
            return Optional.of(failure);
        }
        return Optional.ofNullable(exchange.getException())
                .map(cause -> cause instanceof Failure failure ? failure : internal(exchange));
    }

    /** What is not a decision is nobody's business: the segment's own internal error, without the cause. */
    private static Failure internal(Exchange exchange) {
        var route = exchange.getFromRouteId() == null ? "" : exchange.getFromRouteId();
        var area = route.contains("-") ? route.substring(0, route.indexOf('-')) : "gateway";
        var code = area.toUpperCase(Locale.ROOT) + "_INTERNAL";
        for (var known : FailureCode.values()) {
            if (known.name().equals(code)) {
                return Failure.of(known);
            }
        }
        return Failure.of(FailureCode.GATEWAY_INTERNAL);
    }
}
