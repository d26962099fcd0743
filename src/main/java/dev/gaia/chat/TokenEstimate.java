package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Tokens of a text where no provider counted them. About four characters of Latin text are one token, and one and a half
 * of denser scripts; a tokenizer would be exact for some models only, and costs megabytes of tables and a pass over
 * every text.
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
    public static int of(String text) {
        long sixtieths = 0;
        for (int i = 0; i < text.length(); i++) {
            sixtieths += text.charAt(i) < LATIN_END ? LATIN : DENSE;
        }
        return (int) Math.min(Integer.MAX_VALUE, (sixtieths + WHOLE - 1) / WHOLE);
    }

    /** Tokens of a neutral call: its entries and the tools it offers. */
    public static int ofCall(JsonNode call) {
        long tokens = 0;
        for (var entry : call.path("messages")) {
            tokens += ENTRY + ofContent(entry.path("content"));
            for (var tool : entry.path("tool_calls")) {
                tokens += of(tool.at("/function/name").asText(""))
                        + of(tool.at("/function/arguments").asText(""));
            }
        }
        for (var tool : call.path("tools")) {
            tokens += of(tool.toString());
        }
        return (int) Math.min(Integer.MAX_VALUE, tokens);
    }

    private static long ofContent(JsonNode content) {
        if (content.isTextual()) {
            return of(content.textValue());
        }
        long tokens = 0;
        for (var part : content) {
            tokens += part.hasNonNull("text") ? of(part.path("text").asText("")) : PICTURE;
        }
        return tokens;
    }
}
