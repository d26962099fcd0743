package dev.gaia.error;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.Serial;
import java.util.List;
import java.util.Map;

/**
 * An expected failure that a caller may see: a code, the public detail and headers such as {@code Retry-After}.
 *
 * <p>Thrown by steps, answered by the error configurations in {@code routes/error/}. It carries no stack trace,
 * because it reports a decision and not a defect. The detail never holds credentials, SQL, hosts or paths.
 */
public final class Failure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private static final String MESSAGE = "message";
    private static final String STATUS = "status";

    private final FailureCode code;
    private final transient JsonNode detail;
    private final transient Map<String, String> headers;

    private Failure(FailureCode code, JsonNode detail, Map<String, String> headers) {
        super(message(detail), null, false, false);
        this.code = requireNonNull(code, "code is null");
        this.detail = detail;
        this.headers = Map.copyOf(headers);
    }

    private static String message(JsonNode detail) {
        return detail.isTextual() ? detail.textValue() : detail.path(MESSAGE).asText(detail.toString());
    }

    public static Failure of(FailureCode code) {
        return of(code, code.sentence());
    }

    public static Failure of(FailureCode code, String detail) {
        return new Failure(code, TextNode.valueOf(detail), Map.of());
    }

    /**
     * A refusal that is not this platform's own, in the words of whoever decided.
     *
     * @param status told in place of the code's own
     * @param ownCode the decider's, in words of its own
     */
    public static Failure told(FailureCode code, int status, String ownCode, String message) {
        var detail = JsonNodeFactory.instance
                .objectNode()
                .put(MESSAGE, message)
                .put(STATUS, status)
                .put("code", ownCode);
        return new Failure(code, detail, Map.of());
    }

    /** A refused request: one issue per fault, in the list form of status 422. */
    public static Failure invalid(FailureCode code, List<Issue> issues) {
        var list = JsonNodeFactory.instance.arrayNode();
        issues.forEach(issue -> list.add(issue.toJson()));
        return new Failure(code, list, Map.of());
    }

    /** Rebuilds a failure that crossed a link. */
    public static Failure received(FailureCode code, JsonNode detail, Map<String, String> headers) {
        return new Failure(code, detail, headers);
    }

    public Failure with(Map<String, String> moreHeaders) {
        return new Failure(code, detail, moreHeaders);
    }

    public FailureCode code() {
        return code;
    }

    public int status() {
        return detail.path(STATUS).asInt(code.status());
    }

    /** Text, the list of issues for status 422, or what was told: {@code message}, {@code status} and {@code code}. */
    public JsonNode detail() {
        return detail;
    }

    /** Answer headers that belong to the failure, never null. */
    public Map<String, String> headers() {
        return headers;
    }
}
