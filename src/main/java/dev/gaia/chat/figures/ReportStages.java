package dev.gaia.chat.figures;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Reads how many turns are looked at, and leaves the report on their stages in the body. */
final class ReportStages implements Processor {

    private static final int DEFAULT = 100;

    private final Performance performance;

    ReportStages(Performance performance) {
        this.performance = performance;
    }

    @Override
    public void process(Exchange exchange) {
        Map<?, ?> query = exchange.getVariable("query", Map.of(), Map.class);
        exchange.getMessage().setBody(performance.stages(limit(query.get("limit"))));
    }

    private static int limit(Object asked) {
        if (asked == null) {
            return DEFAULT;
        }
        try {
            int limit = Integer.parseInt(String.valueOf(asked).strip());
            if (limit > 0) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // refused below, like any other value that is no number above 0
        }
        throw Failure.invalid(
                FailureCode.CHAT_INVALID_REQUEST,
                List.of(new Issue("int_parsing", List.of("query", "limit"), "Input should be an integer above 0")));
    }
}
