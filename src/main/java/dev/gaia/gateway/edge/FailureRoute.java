package dev.gaia.gateway.edge;

import dev.gaia.error.Failure;
import dev.gaia.link.GaiaHeaders;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The route that answers the failures of an operation in the form its clients know, for what the edge refuses before the
 * operation's own route begins.
 */
final class FailureRoute {

    private static final Logger LOG = LoggerFactory.getLogger(FailureRoute.class);

    private final ProducerTemplate template;
    private final String uri;

    /** @param name what follows {@code direct:} */
    FailureRoute(CamelContext camel, String name) {
        this.template = camel.createProducerTemplate();
        // A route that is not there must not keep the refused waiting.
        this.uri = "direct:" + name + "?block=false";
    }

    /** The answer, with its status and headers; empty when the route cannot give one. Not on the event loop. */
    Optional<Message> answer(Failure failure, String requestId) {
        Exception cause;
        try {
            Exchange answered = template.send(uri, exchange -> {
                exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure);
                exchange.getMessage().setHeader(GaiaHeaders.REQUEST_ID, requestId);
            });
            if (answered.getException() == null) {
                return Optional.of(answered.getMessage());
            }
            cause = answered.getException();
        } catch (RuntimeException e) {
            cause = e;
        }
        LOG.warn("The refusal of request {} has no form, since {} failed: {}", requestId, uri, cause.toString());
        return Optional.empty();
    }
}
