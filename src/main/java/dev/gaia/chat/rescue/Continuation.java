package dev.gaia.chat.rescue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * What a model is given to go on with an answer that broke off: the variable {@code continuation}, which
 * {@code mappings/chat/call-to-continuation.jslt} joins to the call. Section 11.2 and 11.3 of the failure contract.
 */
public final class Continuation {

    /** The mode in which a model is told to repeat the last words and go on. */
    public static final String INSTRUCTION = "instruction";

    private static final String AFRESH = "afresh";
    private static final String MAX_TOKENS = "max_tokens";
    private static final int TOKENS_MIN = 16;

    private Continuation() {}

    /**
     * The variable: {@code delivered} text, without white space at its end where it is the beginning of the answer;
     * {@code instruction} with the anchor in its place; {@code mode} with the value {@code prefill}, {@code flag},
     * {@code prefix} or {@code instruction}, or {@code afresh} when no text was delivered; and {@code max_tokens} that
     * are left, null when unlimited.
     */
    public static ObjectNode document(String delivered, String mode, String instruction, OptionalLong tokensLeft) {
        var document = JsonNodeFactory.instance
                .objectNode()
                .put("delivered", INSTRUCTION.equals(mode) ? delivered : Spaced.stripTrailing(delivered))
                .put("mode", Spaced.isBlank(delivered) ? AFRESH : mode)
                .put("instruction", instruction.replace("{anchor}", Seam.anchorOf(delivered)));
        if (tokensLeft.isPresent()) {
            return document.put(MAX_TOKENS, tokensLeft.getAsLong());
        }
        return document.putNull(MAX_TOKENS);
    }

    /** True when a model was given the beginning of its answer. */
    public static boolean prefilled(JsonNode document) {
        var mode = document.path("mode").asText(AFRESH);
        return !AFRESH.equals(mode) && !INSTRUCTION.equals(mode);
    }

    /**
     * How much the next model may say: what is left of the caller's limit, but no more than that model can.
     *
     * @param call as it was asked; what its caller wanted stands beside a limit that was lowered for a model
     * @param fitted the same for the next model
     * @param delivered tokens that the client has
     */
    public static OptionalLong tokensLeft(JsonNode call, JsonNode fitted, long delivered) {
        var limit = wanted(call).map(most -> Math.max(TOKENS_MIN, most - delivered));
        return LongStream.concat(limit, limit(fitted)).min();
    }

    /** True when the delivered text has used up what the call allowed. */
    public static boolean usedUp(JsonNode call, long delivered) {
        return wanted(call).anyMatch(most -> delivered >= most);
    }

    private static LongStream wanted(JsonNode call) {
        var wanted = call.path("max_tokens_wanted");
        return wanted.isNumber() ? LongStream.of(wanted.asLong()) : limit(call);
    }

    private static LongStream limit(JsonNode call) {
        var limit = call.path(MAX_TOKENS);
        return limit.isNumber() ? LongStream.of(limit.asLong()) : LongStream.empty();
    }
}
