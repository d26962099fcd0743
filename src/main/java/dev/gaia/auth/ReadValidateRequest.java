package dev.gaia.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Step that takes token and API key out of the body of a validation request; headers are not looked at. */
@Component("readValidateRequest")
final class ReadValidateRequest implements Processor {

    private final JsonBodies bodies;

    ReadValidateRequest(JsonBodies bodies) {
        this.bodies = bodies;
    }

    @Override
    public void process(Exchange exchange) {
        JsonNode request = bodies.object(exchange);
        var issues = new ArrayList<Issue>();
        var token = text(request, "token", issues);
        var key = text(request, "api_key", issues);
        if (!issues.isEmpty()) {
            throw Failure.invalid(FailureCode.AUTH_INVALID_REQUEST, issues);
        }
        exchange.getMessage().setBody("");
        token.ifPresent(text -> exchange.setVariable(CredentialVariables.TOKEN, text));
        key.ifPresent(text -> exchange.setVariable(CredentialVariables.KEY_DIGEST, KeyText.digest(text)));
    }

    /** Absent, null and empty mean the same: not given. */
    private static Optional<String> text(JsonNode request, String name, List<Issue> issues) {
        JsonNode value = request.path(name);
        if (value.isTextual()) {
            return Optional.of(value.textValue()).filter(text -> !text.isEmpty());
        }
        if (!value.isNull() && !value.isMissingNode()) {
            issues.add(new Issue("string_type", List.of("body", name), "Input should be a valid string"));
        }
        return Optional.empty();
    }
}
