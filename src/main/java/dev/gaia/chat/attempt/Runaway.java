package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Notices an answer that goes on and on: longer than the call allowed by more than a margin, or the same over and over.
 *
 * <p>Tokens are counted from below, because an answer that is within its bound must never be cut: every common tokenizer
 * begins a new token with each word, gives a long word a token for every {@value #WORD_MAX_CHARACTERS} characters, and
 * the dense scripts one for two. For one thread.
 */
public final class Runaway {

    private static final int WORD_MAX_CHARACTERS = 16;
    private static final int LATIN_END = 0x250;
    private static final double ROUNDING = 1e-6;

    /** What an answer does wrong. */
    public enum Verdict {
        FINE,
        TOO_LONG,
        LOOPS
    }

    private final long most;
    private final boolean loops;
    private final char[] window;
    private final int repeatedMax;

    private long words;
    private long dense;
    private int wordLength;
    private int read;
    private int same;

    /** @param call in the neutral form; without {@code max_tokens} an answer may be as long as it likes */
    public Runaway(JsonNode call, RunawaySettings settings) {
        var limit = call.path("max_tokens");
        this.most = limit.isNumber() ? (long) (limit.asLong() * (1 + settings.excess()) + ROUNDING) : Long.MAX_VALUE;
        this.loops = settings.loopDetection();
        this.window = new char[settings.loopCharacters()];
        this.repeatedMax = settings.loopCharacters() * (settings.loopRepeats() - 1);
    }

    /** Judges an answer with one more neutral event: its text, thoughts and calls of tools. */
    public Verdict add(JsonNode event) {
        count(event.path("text").asText(""));
        if (event.size() > 1 || !event.has("text")) {
            count(event.path("reasoning").asText(""));
            event.path("tool_calls")
                    .forEach(call -> count(call.at("/function/arguments").asText("")));
        }
        return same >= repeatedMax && loops
                ? Verdict.LOOPS
                : words + dense / 2 > most ? Verdict.TOO_LONG : Verdict.FINE;
    }

    private void count(String piece) {
        for (int i = 0; i < piece.length(); i++) {
            char c = piece.charAt(i);
            if (Character.isWhitespace(c)) {
                wordLength = 0;
            } else if (c >= LATIN_END) {
                wordLength = 0;
                dense += Character.isLowSurrogate(c) ? 0 : 1;
            } else if (wordLength++ % WORD_MAX_CHARACTERS == 0) {
                words++;
            }
            if (loops) {
                compare(c);
            }
        }
    }

    /** Counts for how many characters each was the same as the one so many before it. */
    private void compare(char c) {
        int at = read % window.length;
        same = read >= window.length && window[at] == c ? same + 1 : 0;
        window[at] = c;
        read++;
    }
}
