package dev.gaia.chat.provider;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What clients are told of a provider's failure: section 8 of the failure contract, as {@code
 * mappings/chat/failures.yaml} says. Whatever of the provider's own words is handed on holds no key and no address.
 */
public final class TellFailure {

    private static final Pattern SECRET = Pattern.compile(
            "(?i)\\b(sk|pk|key|bearer)[-_ ][\\w*.-]{6,}|https?://\\S+|\\b\\d{1,3}(\\.\\d{1,3}){3}(:\\d+)?\\b|\\borg-\\w+");

    private final FailureTable table;

    public TellFailure(FailureTable table) {
        this.table = table;
    }

    /**
     * The failure in a form of its own, which mappings give the client's: {@code status}, {@code code}, {@code type},
     * {@code anthropic_type}, {@code message}, and {@code retry_after} in seconds, null when unknown.
     */
    public ObjectNode document(ProviderFailure failure) {
        var answer = table.of(failure.kind());
        var own = failure.details().code();
        int status = table.status(failure);
        var document = JsonNodeFactory.instance
                .objectNode()
                .put("status", status)
                .put("code", answer.ownWords() && !own.isEmpty() ? own : answer.code())
                .put("type", answer.type())
                .put("anthropic_type", answer.anthropic())
                .put("message", message(failure, answer));
        failure.details()
                .retryAfter()
                .ifPresentOrElse(
                        hint -> document.put("retry_after", seconds(hint)), () -> document.putNull("retry_after"));
        return document;
    }

    private static String message(ProviderFailure failure, FailureTable.Answer answer) {
        var words = SECRET.matcher(failure.details().words()).replaceAll("…").strip();
        if (words.isEmpty()) {
            return failure.kind().sentence();
        }
        return answer.ownWords() ? words : failure.kind().sentence() + ": " + words;
    }

    /** The headers that keep clients from asking again in vain: {@code Retry-After} and {@code x-should-retry}. */
    public Map<String, String> headers(ProviderFailure failure) {
        Map<String, String> headers = new LinkedHashMap<>();
        failure.details().retryAfter().ifPresent(hint -> headers.put("Retry-After", Long.toString(seconds(hint))));
        if (table.of(failure.kind()).uselessAgain()) {
            headers.put("x-should-retry", "false");
        }
        return headers;
    }

    private static long seconds(Duration hint) {
        return Math.max(1, hint.plusMillis(999).toSeconds());
    }
}
