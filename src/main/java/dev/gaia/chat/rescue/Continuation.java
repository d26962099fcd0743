package dev.gaia.chat.rescue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.catalogue.TokenEstimate;

/**
 * What a model is given to go on with an answer that broke off: the variable {@code continuation}, which
 * {@code mappings/chat/call-to-continuation.jslt} joins to the call. Section 11.2 and 11.3 of the failure contract.
 */
public final class Continuation {

    private static final int TOKENS_MIN = 16;

    private Continuation() {}

    /**
     * The variable: {@code delivered} text without white space at its end, {@code anchor}, {@code mode} with the value
     * {@code prefill}, {@code flag} or {@code instruction}, or {@code afresh} when no text was delivered, and {@code max_tokens} that are left, null when unlimited.
     */
    public static ObjectNode document(JsonNode call, String delivered, String mode, String instruction) {
        var document = JsonNodeFactory.instance
                .objectNode()
                .put("delivered", Spaced.stripTrailing(delivered))
                .put("mode", Spaced.isBlank(delivered) ? "afresh" : mode)
                .put("instruction", instruction.replace("{anchor}", Seam.anchorOf(delivered)));
        var limit = call.path("max_tokens");
        if (limit.isNumber()) {
            document.put("max_tokens", Math.max(TOKENS_MIN, limit.asLong() - TokenEstimate.of(delivered)));
        } else {
            document.putNull("max_tokens");
        }
        return document;
    }

    /** True when the delivered text has used up what the call allowed. */
    public static boolean usedUp(JsonNode call, String delivered) {
        var limit = call.path("max_tokens");
        return limit.isNumber() && TokenEstimate.of(delivered) >= limit.asLong();
    }
}
