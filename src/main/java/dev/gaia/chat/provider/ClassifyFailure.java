package dev.gaia.chat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.provider.ProviderFailure.Details;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Gives a refused call its class, from status, code and type, as {@code mappings/chat/failures.yaml} says. The text is
 * read only where a provider gives nothing else.
 */
public final class ClassifyFailure {

    private static final int MESSAGE_MAX_CHARACTERS = 300;
    private static final Pattern CODES = Pattern.compile("[a-z0-9_.-]{0,64}( [a-z0-9_.-]{0,64}){0,2}");

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
        var error = body.path("error");
        return failure(status, "status " + status + " ", error, retryAfter);
    }

    /** The class of an error document that came with status 200, alone or as an event of a stream. */
    public ProviderFailure ofError(JsonNode error) {
        return failure(table.statusOfEvent(codes(error)), "", error, Optional.empty());
    }

    private ProviderFailure failure(int status, String prefix, JsonNode error, Optional<Duration> retryAfter) {
        var kind = table.kind(status, codes(error), text(error).toLowerCase(Locale.ROOT));
        var details = new Details(status, code(error), cut(text(error)), retryAfter, Set.of());
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

    private static String code(JsonNode error) {
        var code = error.path("code").asText("");
        return code.isEmpty() ? error.path("type").asText("") : code;
    }

    private static String text(JsonNode error) {
        return error.path("message").asText(error.isTextual() ? error.asText() : "");
    }

    private static String cut(String text) {
        return text.length() > MESSAGE_MAX_CHARACTERS ? text.substring(0, MESSAGE_MAX_CHARACTERS) + "…" : text;
    }
}
