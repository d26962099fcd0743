package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.provider.FailureTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Headers of answers that tell who was asked (failures 7). */
public final class AttemptHeaders {

    private static final String PROVIDER = "X-Gateway-Provider";
    private static final String MODEL = "X-Gateway-Model";
    private static final String ATTEMPTS = "X-Gateway-Attempts";
    private static final String FALLBACK = "X-Gateway-Fallback";

    /** Of a turn that failed: the class of each failed attempt, in order. */
    private static final String FAILURES = "X-Gateway-Failures";

    private static final Pattern NOT_PRINTABLE = Pattern.compile("[^ -~]");

    private AttemptHeaders() {}

    static Map<String, String> of(ModelCall call) {
        var gateway = call.turn().object();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(PROVIDER, gateway.path("provider").asText());
        headers.put(MODEL, printable(gateway.path("model").asText()));
        headers.put(ATTEMPTS, gateway.path("attempts").asText());
        headers.put(FALLBACK, gateway.path("fallback_used").asText());
        return headers;
    }

    /**
     * The object {@code gateway} of a stream that broke between segment and gateway, as far as the headers of its answer
     * tell it; empty when they tell nothing.
     */
    public static Optional<JsonNode> cutOff(Message answer) {
        var provider = answer.getHeader(PROVIDER, String.class);
        if (provider == null) {
            return Optional.empty();
        }
        return Optional.of(JsonNodeFactory.instance
                .objectNode()
                .put("provider", provider)
                .put("model", answer.getHeader(MODEL, "", String.class))
                .put("attempts", answer.getHeader(ATTEMPTS, 1, Integer.class))
                .put("fallback_used", answer.getHeader(FALLBACK, false, Boolean.class))
                .put("truncated", true));
    }

    /** A model's name may be its caller's, and a header holds one line of ASCII. */
    private static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return NOT_PRINTABLE.matcher(text).replaceAll("?");
            }
        }
        return text;
    }

    /**
     * Those of a call that no model answered, which name earlier attempts by class only (failures 4.7), beside the given
     * ones.
     */
    public static Map<String, String> ofFailed(Exchange exchange, Map<String, String> given) {
        Map<String, String> headers = new LinkedHashMap<>(given);
        var call = exchange.getVariable(ModelCall.VARIABLE, ModelCall.class);
        if (call != null) {
            headers.putAll(of(call));
            var failures = call.turn().failures();
            if (!failures.isEmpty()) {
                headers.put(
                        FAILURES,
                        failures.stream()
                                .map(failure -> FailureTable.nameOf(failure.kind()))
                                .collect(Collectors.joining(", ")));
            }
        }
        return headers;
    }
}
