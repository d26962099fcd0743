package dev.gaia.chat.attempt;

import dev.gaia.chat.provider.FailureTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/** Headers of answers that tell who was asked (failures 7). */
public final class AttemptHeaders {

    /** Of a turn that failed: the class of each failed attempt, in order. */
    private static final String FAILURES = "X-Gateway-Failures";

    private static final Pattern NOT_PRINTABLE = Pattern.compile("[^ -~]");

    private AttemptHeaders() {}

    static Map<String, String> of(ModelCall call) {
        var gateway = call.turn().object();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Gateway-Provider", gateway.path("provider").asText());
        headers.put("X-Gateway-Model", printable(gateway.path("model").asText()));
        headers.put("X-Gateway-Attempts", gateway.path("attempts").asText());
        headers.put("X-Gateway-Fallback", gateway.path("fallback_used").asText());
        return headers;
    }

    /** A model's name may be its caller's, and a header holds one line of ASCII. */
    private static String printable(String text) {
        return NOT_PRINTABLE.matcher(text).replaceAll("?");
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
