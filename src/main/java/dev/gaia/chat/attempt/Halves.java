package dev.gaia.chat.attempt;

/**
 * Keeps back characters of which only a part arrived, so that whatever was handed on is text: surrogates that JSON can
 * carry alone, and no client can read; pictures whose joiner still waits for the next one; flags of which one letter is
 * there. What is kept back waits for the next piece, no longer (failures 11.2, F27).
 */
final class Halves {

    private static final char REPLACEMENT = '\uFFFD';
    private static final char JOINER = '\u200D';
    private static final int FIRST_FLAG_LETTER = 0x1F1E6;
    private static final int LAST_FLAG_LETTER = 0x1F1FF;

    private final boolean pictures;
    private String held = "";

    /** Of a text, which another model may go on with after any piece. */
    Halves() {
        this(true);
    }

    private Halves(boolean pictures) {
        this.pictures = pictures;
    }

    /** Of what nobody goes on with: halves of characters only. */
    static Halves ofCharacters() {
        return new Halves(false);
    }

    /** True when nothing is kept back and the piece can be handed on as it is. */
    boolean passes(String piece) {
        return held.isEmpty() && !anyLone(piece) && openFrom(piece) == piece.length();
    }

    /** What can be handed on of the text so far. */
    String offer(String piece) {
        var all = held + piece;
        int open = openFrom(all);
        held = all.substring(open);
        return replaceLone(all.substring(0, open));
    }

    /** What was kept back, since no text follows it; empty when nothing was. */
    String release() {
        var rest = replaceLone(held);
        held = "";
        return rest;
    }

    /** Forgets what was kept back. */
    void drop() {
        held = "";
    }

    /** True when the text begins or ends with half a character, or holds one in between. */
    private static boolean anyLone(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    /** Where the part begins at the end of the text that is no character without what follows; its length when none. */
    private int openFrom(String text) {
        int end = text.length();
        if (end == 0) {
            return end;
        }
        char last = text.charAt(end - 1);
        if (Character.isHighSurrogate(last) || (last == JOINER && pictures)) {
            return end - 1;
        }
        if (!pictures) {
            return end;
        }
        int letters = 0;
        while (letters * 2 < end && isFlagLetter(text.codePointBefore(end - letters * 2))) {
            letters++;
        }
        return letters % 2 == 0 ? end : end - 2;
    }

    private static boolean isFlagLetter(int point) {
        return point >= FIRST_FLAG_LETTER && point <= LAST_FLAG_LETTER;
    }

    private static String replaceLone(String text) {
        if (!anyLone(text)) {
            return text;
        }
        var whole = new StringBuilder(text.length());
        text.codePoints()
                .map(point ->
                        point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? REPLACEMENT : point)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }
}
