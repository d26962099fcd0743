package dev.gaia.chat.attempt;

/** Characters of which only half arrived: surrogates that JSON can carry alone, and no client can read. */
final class Halves {

    private static final char REPLACEMENT = '\uFFFD';

    private Halves() {}

    /** True when the text begins or ends with half a character, or holds one in between. */
    static boolean any(String text) {
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

    /** The text with U+FFFD in place of every half. */
    static String replaceLone(String text) {
        if (!any(text)) {
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
