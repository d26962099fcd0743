package dev.gaia.chat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Gives a refused call its class, from status, code and type, as {@code mappings/chat/failures.yaml} says. The text is
 * read only where a provider gives nothing else.
 */
public final class ClassifyFailure {

    private static final int MESSAGE_MAX_CHARACTERS = 300;
    private static final Pattern CODES = Pattern.compile("[a-z0-9_.-]{0,64}( [a-z0-9_.-]{0,64}){0,2}");
    /** What providers say of these is about the platform's account, and no caller's business. */
    private static final Set<Kind> UNTOLD = EnumSet.of(Kind.AUTH, Kind.QUOTA);

    private static final int STATUS_OF_ANSWERS = 200;
    private static final Pattern REFUSED_STATUS = Pattern.compile("[45]\\d\\d");
    private static final Pattern CODE = Pattern.compile("[\\w.-]{1,64}");

    private final FailureTable table;

    public ClassifyFailure(FailureTable table) {
        this.table = table;
    }

    /**
     * The class of an answer that is not a success.
     *
     * @param body the provider's error document; a missing node when it was none
     * @param retryAfter how long the provider asks to be left alone
     */
    public ProviderFailure ofStatus(int status, JsonNode body, Optional<Duration> retryAfter) {
        return failure(status, "status " + status + " ", error(body), retryAfter);
    }

    /** Some compatible servers put the error into a list, or answer with it as it is. */
    private static JsonNode error(JsonNode body) {
        var document = body.isArray() ? body.path(0) : body;
        return document.hasNonNull("error") ? document.get("error") : document;
    }

    /** The class of an error that came as an event of a stream of status 200: that of the status it stands for. */
    public ProviderFailure ofError(JsonNode error) {
        return failure(statusOf(error), "", error, Optional.empty());
    }

    /** The class of an error that came with status 200 in place of a whole answer. */
    public ProviderFailure ofAnswer(JsonNode error) {
        return failure(STATUS_OF_ANSWERS, "in place of an answer ", error, Optional.empty());
    }

    private int statusOf(JsonNode error) {
        return Stream.of("code", "status")
                .map(field -> error.path(field).asText(""))
                .filter(text -> REFUSED_STATUS.matcher(text).matches())
                .findFirst()
                .map(Integer::parseInt)
                .orElseGet(() -> table.statusOfEvent(codes(error)));
    }

    private ProviderFailure failure(int status, String prefix, JsonNode error, Optional<Duration> retryAfter) {
        var kind = table.kind(status, codes(error), text(error).toLowerCase(Locale.ROOT));
        var words = UNTOLD.contains(kind) ? "" : cut(text(error));
        var details = new Details(status, code(error), words, retryAfter, Set.of());
        // Its words may quote the dialogue or a key, and no log holds those.
        return new ProviderFailure(kind, prefix + logged(codes(error)), details);
    }

    /** Code and type together; Anthropic has details in a field of its own. */
    private static String codes(JsonNode error) {
        var codes = error.path("code").asText("") + " " + error.path("type").asText("") + " "
                + error.at("/details/error_code").asText("");
        return codes.strip().toLowerCase(Locale.ROOT);
    }

    /** Codes as a log may hold them: a provider that puts words in their place is not quoted. */
    private static String logged(String codes) {
        return CODES.matcher(codes).matches() ? codes : "with a code that is none";
    }

    /** The first of code and type that says more than the status; empty when neither does. */
    private String code(JsonNode error) {
        return Stream.of("code", "type")
                .map(field -> error.path(field).asText(""))
                .filter(code -> !table.saysNothing(code.toLowerCase(Locale.ROOT)))
                .filter(code -> CODE.matcher(code).matches())
                .findFirst()
                .orElse("");
    }

    private static String text(JsonNode error) {
        return error.path("message").asText(error.isTextual() ? error.asText() : "");
    }

    private static String cut(String text) {
        return text.length() > MESSAGE_MAX_CHARACTERS ? text.substring(0, MESSAGE_MAX_CHARACTERS) + "…" : text;
    }
}
