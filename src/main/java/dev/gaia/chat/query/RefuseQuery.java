package dev.gaia.chat.query;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.sql.SQLException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Fails a query that the database did not answer. What the database said goes to the log only; a key it found taken,
 * because another request was quicker, is a conflict.
 */
@Component("refuseQuery")
final class RefuseQuery implements Processor {

    private static final Logger log = LoggerFactory.getLogger("chat-query");
    private static final String UNIQUE_VIOLATION = "23505";

    @Override
    public void process(Exchange exchange) {
        // Set by the circuit breaker before its fallback; a doTry around it would take the new failure for handled.
        exchange.removeProperty(ExchangePropertyKey.EXCEPTION_HANDLED);
        var cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SQLException refused && UNIQUE_VIOLATION.equals(refused.getSQLState())) {
                throw Failure.of(FailureCode.CHAT_CONFLICT, "The name is already in use");
            }
        }
        if (cause != null) {
            log.warn("a query failed: {}", cause.getMessage());
        }
        throw Failure.of(FailureCode.CHAT_STORE_FAILED);
    }
}
