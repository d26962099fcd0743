package dev.gaia.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Step that adds {@code a} and {@code b} of a JSON object; a missing one counts 0, integers give an integer. */
@Component("addNumbers")
final class AddNumbers implements Processor {

    private final ObjectMapper json;

    AddNumbers(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        JsonNode request = json.readTree(exchange.getMessage().getBody(byte[].class));
        JsonNode zero = JsonNodeFactory.instance.numberNode(0);
        JsonNode a = request.has("a") ? request.get("a") : zero;
        JsonNode b = request.has("b") ? request.get("b") : zero;
        List<Issue> issues = new ArrayList<>();
        check("a", a, issues);
        check("b", b, issues);
        if (!issues.isEmpty()) {
            throw Failure.invalid(FailureCode.GATEWAY_INVALID_REQUEST, issues);
        }
        JsonNode sum = sum(a, b);
        if (!sum.isIntegralNumber() && !Double.isFinite(sum.doubleValue())) {
            throw Failure.invalid(FailureCode.GATEWAY_INVALID_REQUEST, List.of(notFinite("a"), notFinite("b")));
        }
        exchange.getMessage()
                .setBody(
                        JsonNodeFactory.instance.objectNode().set("result", sum).toString());
    }

    private static JsonNode sum(JsonNode a, JsonNode b) {
        return a.isIntegralNumber() && b.isIntegralNumber()
                ? JsonNodeFactory.instance.numberNode(a.bigIntegerValue().add(b.bigIntegerValue()))
                : JsonNodeFactory.instance.numberNode(a.doubleValue() + b.doubleValue());
    }

    private static void check(String name, JsonNode addend, List<Issue> issues) {
        if (!addend.isNumber()) {
            issues.add(new Issue("float_type", List.of("body", name), "Input should be a valid number"));
        } else if (!addend.isIntegralNumber() && !Double.isFinite(addend.doubleValue())) {
            issues.add(notFinite(name));
        }
    }

    private static Issue notFinite(String name) {
        return new Issue("finite_number", List.of("body", name), "Input should be a finite number");
    }
}
