package dev.gaia.chat.provider;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.provider.ProviderSettings.Endpoint;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What clients are told of a provider's failure: section 8 of the failure contract, as {@code
 * mappings/chat/failures.yaml} says. Whatever of the provider's own words is handed on holds no key and no address.
 */
public final class TellFailure {

    private static final Pattern SECRET = Pattern.compile("(?i)"
            // keys by their first letters, tokens, and long runs of letters and digits
            + "\\b(sk|pk|rk|gsk|xai|hf|key|bearer)[-_ ][\\w*.-]{6,}|\\bAIza[\\w*-]{8,}|\\borg-\\w+|\\beyJ[\\w.-]{16,}"
            + "|\\b(?=[a-z]*\\d)(?=\\d*[a-z])[a-z\\d]{24,}\\b"
            // addresses, and hosts that have a port or an inner name
            + "|\\b[a-z][a-z\\d+.-]*://\\S+?(?=[,;)\\]'\"]*(\\s|$))"
            + "|\\b\\d{1,3}(\\.\\d{1,3}){3}(:\\d+)?\\b"
            + "|\\b[a-z][\\w.-]*:\\d{2,5}\\b|\\blocalhost\\b"
            + "|\\b[\\w-]+(\\.[\\w-]+)*\\.(local|internal|lan|corp|intranet|localdomain|svc)\\b"
            + "|(?<![\\w:])\\[?(([\\da-f]{1,4}:){7}[\\da-f]{1,4}"
            + "|([\\da-f]{1,4}(:[\\da-f]{1,4})*)?::([\\da-f]{1,4}(:[\\da-f]{1,4})*)?(?![\\w:]))(%\\w+)?(\\](:\\d+)?)?");

    /** What is shorter may be part of any word, such as the key of a server that needs none. */
    private static final int KEY_MIN_CHARACTERS = 8;

    private final FailureTable table;
    private final Pattern configured;

    /** @param endpoints the configured providers, whose keys and hosts nobody is told */
    public TellFailure(FailureTable table, Collection<Endpoint> endpoints) {
        this.table = table;
        var names = endpoints.stream()
                .flatMap(endpoint -> Stream.concat(
                        endpoint.keys().stream().filter(key -> key.length() >= KEY_MIN_CHARACTERS),
                        Stream.of(endpoint.baseUrl().getHost())))
                .distinct()
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        // Without any endpoint it matches nothing.
        this.configured = Pattern.compile(names.isEmpty() ? "(?!)" : "(?i)(" + names + ")(:\\d+)?");
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

    private String message(ProviderFailure failure, FailureTable.Answer answer) {
        var open = configured.matcher(failure.details().words()).replaceAll("…");
        var words = SECRET.matcher(open).replaceAll("…").strip();
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
