package dev.gaia.link;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/**
 * Single steps and questions of {@code gateway-link-fallback}. The gateway's route names the flow it asks in variable
 * {@code flow}; a route that names only its {@code segment} is never answered from this process.
 */
@SuppressWarnings("DoNotCallSuggester") // routes call these steps, which throw on purpose
public final class LinkFallback {

    /** A segment that is away or busy is soon another one, or there again. */
    private static final Map<String, String> SOON = Map.of("Retry-After", "1");

    private final ProducerTemplate calls;

    LinkFallback(ProducerTemplate calls) {
        this.calls = calls;
    }

    /** Is the flow a running route of this process? */
    public boolean hosted(Exchange exchange) {
        CamelContext context = exchange.getContext();
        var flow = variable(exchange, "flow");
        return flow.isPresent()
                && context.getRoute(flow.get()) != null
                && context.getRouteController().getRouteStatus(flow.get()).isStarted();
    }

    /** Calls the flow in this process instead. */
    public void answerHere(Exchange exchange) throws Exception {
        var flow = variable(exchange, "flow").orElseThrow();
        var answer = calls.send("direct:" + flow, exchange);
        if (answer.getException() != null) {
            throw answer.getException();
        }
    }

    /** Throws what the segment threw. */
    public void passOn(Exchange exchange) throws Exception {
        throw exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    }

    /** Tells the client to come again. */
    public void refuseOverloaded() {
        throw Failure.of(FailureCode.GATEWAY_OVERLOADED).with(SOON);
    }

    /** Tells the client which service is away. */
    public void refuseUnavailable(Exchange exchange) {
        var segment = variable(exchange, "flow")
                .map(LinkSubjects::segment)
                .or(() -> variable(exchange, "segment"))
                .orElseThrow(() -> new IllegalStateException(
                        "Route %s calls the link fallback without variable `flow`; set it before the circuit breaker"
                                .formatted(exchange.getFromRouteId())));
        throw Failure.of(FailureCode.GATEWAY_SERVICE_UNAVAILABLE, "Service %s unavailable".formatted(segment))
                .with(SOON);
    }

    private static Optional<String> variable(Exchange exchange, String name) {
        return Optional.ofNullable(exchange.getVariable(name, String.class));
    }
}
