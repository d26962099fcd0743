package dev.gaia.auth.account;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.auth.JsonBodies;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Step that reads the body as JSON and refuses it unless every named field is text; the list says all that is wrong. */
record RequireTexts(JsonBodies bodies, List<String> names) implements Processor {

    RequireTexts {
        names = List.copyOf(names);
    }

    @Override
    public void process(Exchange exchange) {
        JsonNode request = bodies.object(exchange);
        var issues = new ArrayList<Issue>();
        for (String name : names) {
            JsonNode value = request.path(name);
            if (value.isMissingNode()) {
                issues.add(Issue.missing("body", name));
            } else if (!value.isTextual()) {
                issues.add(new Issue("string_type", List.of("body", name), "Input should be a valid string"));
            }
        }
        if (!issues.isEmpty()) {
            throw Failure.invalid(FailureCode.AUTH_INVALID_REQUEST, issues);
        }
        exchange.getMessage().setBody(request);
    }
}
