package dev.gaia.chat.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.ToLongFunction;

/**
 * Tokens of a text where no provider and no tokenizer counted them. About four characters of Latin text are one token,
 * and one and a half of denser scripts.
 */
public final class TokenEstimate {

    private static final int LATIN_END = 0x250;
    /** Sixtieths of a token. */
    private static final int LATIN = 15;

    private static final int DENSE = 40;
    private static final int WHOLE = 60;
    /** Tokens that mark the beginning and the end of one entry of a dialogue. */
    private static final int ENTRY = 4;
    /** Tokens of a picture, whatever its size. */
    private static final int PICTURE = 1_000;

    private TokenEstimate() {}

    /** At least 1, unless the text is empty. */
    public static int of(CharSequence text) {
        return ofWeight(weight(text));
    }

    /** What a text adds to the tokens of a longer one: the weights of its pieces can be summed, their tokens cannot. */
    public static long weight(CharSequence text) {
        long sixtieths = 0;
        for (int i = 0; i < text.length(); i++) {
            sixtieths += text.charAt(i) < LATIN_END ? LATIN : DENSE;
        }
        return sixtieths;
    }

    public static int ofWeight(long sixtieths) {
        return (int) Math.min(Integer.MAX_VALUE, (sixtieths + WHOLE - 1) / WHOLE);
    }

    /** Tokens of a neutral call: its entries and the tools it offers. */
    public static long ofCall(JsonNode call) {
        return ofCall(call, TokenEstimate::of);
    }

    /** No less than {@link #ofCall(JsonNode)} says, without a look at each character. */
    public static long ofCallAtMost(JsonNode call) {
        return ofCall(call, String::length);
    }

    /** Tokens of tools in the form OpenAI gave them. */
    public static long ofTools(JsonNode tools) {
        return ofTools(tools, TokenEstimate::of);
    }

    private static long ofTools(JsonNode tools, ToLongFunction<String> tokensOf) {
        long tokens = 0;
        for (var tool : tools) {
            tokens += tokensOf.applyAsLong(tool.toString());
        }
        return tokens;
    }

    /** As {@link #ofCall(JsonNode)}, each text counted by the function. */
    static long ofCall(JsonNode call, ToLongFunction<String> tokensOf) {
        long tokens = 0;
        for (var entry : call.path("messages")) {
            tokens += ENTRY + ofContent(entry.path("content"), tokensOf);
            for (var tool : entry.path("tool_calls")) {
                tokens += tokensOf.applyAsLong(tool.at("/function/name").asText(""))
                        + tokensOf.applyAsLong(tool.at("/function/arguments").asText(""));
            }
        }
        return tokens + ofTools(call.path("tools"), tokensOf);
    }

    private static long ofContent(JsonNode content, ToLongFunction<String> tokensOf) {
        if (content.isTextual()) {
            return tokensOf.applyAsLong(content.textValue());
        }
        long tokens = 0;
        for (var part : content) {
            tokens += part.hasNonNull("text")
                    ? tokensOf.applyAsLong(part.path("text").asText(""))
                    : PICTURE;
        }
        return tokens;
    }
}
