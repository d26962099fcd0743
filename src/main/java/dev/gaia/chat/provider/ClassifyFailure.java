package dev.gaia.chat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.util.Locale;

/**
 * Gives a refused call its class, from status, code and type; the text is read only where a provider gives nothing
 * else. Rules: section 3 of the failure contract; codes of OpenAI and Anthropic as of November 2026.
 */
public final class ClassifyFailure {

    private static final int MESSAGE_MAX_CHARACTERS = 300;

    private ClassifyFailure() {}

    /**
     * The class of an answer that is not a success.
     *
     * @param body the provider's error document; a missing node when it was none
     */
    public static ProviderFailure ofStatus(int status, JsonNode body) {
        var error = body.path("error");
        var kind = kindOfStatus(status, code(error), text(error));
        return new ProviderFailure(kind, "status " + status + " " + describe(error));
    }

    /** The class of an error document that came with status 200, alone or as an event of a stream. */
    public static ProviderFailure ofError(JsonNode error) {
        return new ProviderFailure(kindOfStatus(statusOf(code(error)), code(error), text(error)), describe(error));
    }

    private static Kind kindOfStatus(int status, String code, String text) {
        return switch (status) {
            case 429 ->
                code.contains("insufficient_quota") || code.contains("spend_limit") || code.contains("billing")
                        ? Kind.QUOTA
                        : Kind.RATE;
            case 402 -> Kind.QUOTA;
            case 401, 403 -> Kind.AUTH;
            case 404 -> Kind.UNKNOWN_MODEL;
            case 408, 409 -> Kind.TRANSIENT;
            case 400, 413, 422 -> kindOfRequest(code, text);
            default -> status >= 500 || status < 400 ? Kind.TRANSIENT : Kind.REQUEST;
        };
    }

    private static Kind kindOfRequest(String code, String text) {
        if (code.contains("context_length") || text.contains("prompt is too long")) {
            return Kind.CONTEXT;
        }
        if (code.contains("content_filter") || code.contains("content_policy") || code.contains("moderation")) {
            return Kind.REFUSAL;
        }
        return code.contains("model_not_found") ? Kind.UNKNOWN_MODEL : Kind.REQUEST;
    }

    /** The status an error type stands for when it comes inside a stream. */
    private static int statusOf(String code) {
        if (code.contains("rate_limit") || code.contains("quota")) {
            return 429;
        }
        if (code.contains("authentication") || code.contains("permission") || code.contains("invalid_api_key")) {
            return 401;
        }
        if (code.contains("not_found")) {
            return 404;
        }
        if (code.contains("billing")) {
            return 402;
        }
        return code.contains("invalid_request") || code.contains("content_") || code.contains("context_") ? 400 : 500;
    }

    private static String code(JsonNode error) {
        return (error.path("code").asText("") + " " + error.path("type").asText("")).toLowerCase(Locale.ROOT);
    }

    private static String text(JsonNode error) {
        return error.path("message").asText("").toLowerCase(Locale.ROOT);
    }

    private static String describe(JsonNode error) {
        var text = error.path("message").asText(error.isTextual() ? error.asText() : "");
        var cut = text.length() > MESSAGE_MAX_CHARACTERS ? text.substring(0, MESSAGE_MAX_CHARACTERS) + "…" : text;
        return code(error).strip() + " " + cut;
    }
}
