package dev.gaia.error;

import dev.gaia.link.GaiaHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Turns whatever was not expected into the failure {@link FailureCode#GATEWAY_INTERNAL}. The cause goes to the log under
 * the request's id and never to the client.
 */
@Component("answerDefect")
final class AnswerDefect implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerDefect.class);

    private final AnswerFailure answerFailure;

    AnswerDefect(AnswerFailure answerFailure) {
        this.answerFailure = answerFailure;
    }

    @Override
    public void process(Exchange exchange) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        log(exchange, cause);
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, Failure.of(FailureCode.GATEWAY_INTERNAL));
        answerFailure.process(exchange);
    }

    /** Tells the log of a failure that nobody has foreseen. */
    static void log(Exchange exchange, Throwable cause) {
        String requestId = exchange.getMessage().getHeader(GaiaHeaders.REQUEST_ID, "-", String.class);
        if (interrupted(cause)) {
            LOG.debug("Request {} was stopped", requestId, cause);
        } else {
            LOG.error("Request {} failed in route {}", requestId, exchange.getFromRouteId(), cause);
        }
    }

    /** The edge interrupts the exchange of a client that has left. */
    private static boolean interrupted(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }
}
