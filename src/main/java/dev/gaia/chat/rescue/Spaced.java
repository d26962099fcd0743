package dev.gaia.chat.rescue;

/** A text in which every run of white space counts as one blank, with the way back to the raw one. */
final class Spaced {

    private final String raw;
    private final char[] text;
    private final int[] starts;
    private final int length;

    private Spaced(String raw) {
        this.raw = raw;
        this.text = new char[raw.length()];
        this.starts = new int[raw.length() + 1];
        int count = 0;
        for (int i = 0; i < raw.length(); i++) {
            boolean white = isWhite(raw.charAt(i));
            if (!(white && count > 0 && text[count - 1] == ' ')) {
                starts[count] = i;
                text[count++] = white ? ' ' : raw.charAt(i);
            }
        }
        starts[count] = raw.length();
        this.length = count;
    }

    static Spaced of(String raw) {
        return new Spaced(raw);
    }

    String raw() {
        return raw;
    }

    int length() {
        return length;
    }

    boolean isBlank() {
        return length == 0 || (length == 1 && text[0] == ' ');
    }

    char charAt(int index) {
        return text[index];
    }

    /** Where the character begins in the raw text. */
    int rawStart(int index) {
        return starts[index];
    }

    /** Where the first so many characters end in the raw text. */
    int rawEnd(int count) {
        return starts[count];
    }

    /** The first character that begins at or after the place in the raw text. */
    int indexOfRaw(int place) {
        int index = 0;
        while (index < length && starts[index] < place) {
            index++;
        }
        return index;
    }

    boolean startsWith(Spaced part, int from) {
        return regionMatches(from, part, 0, part.length);
    }

    /** True when the text from there on begins with the part, or is the beginning of it and not empty. */
    boolean beginsLike(String part, int from) {
        int count = Math.min(part.length(), length - from);
        return count > 0 && new String(text, from, count).equals(part.substring(0, count));
    }

    boolean regionMatches(int from, Spaced other, int otherFrom, int count) {
        if (from + count > length || otherFrom + count > other.length) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (text[from + i] != other.text[otherFrom + i]) {
                return false;
            }
        }
        return true;
    }

    /** True when no word goes across the place. */
    boolean wordStart(int index) {
        return index == 0 || !isWord(text[index - 1]) || !isWord(text[index]);
    }

    /** White space of any kind, also what breaks no line. */
    static boolean isWhite(char character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character);
    }

    static boolean isBlank(String text) {
        return stripTrailing(text).isEmpty();
    }

    static String stripTrailing(String text) {
        int end = text.length();
        while (end > 0 && isWhite(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    static String stripLeading(String text) {
        int start = 0;
        while (start < text.length() && isWhite(text.charAt(start))) {
            start++;
        }
        return text.substring(start);
    }

    static String strip(String text) {
        return stripTrailing(stripLeading(text));
    }

    private static boolean isWord(char character) {
        return Character.isLetterOrDigit(character);
    }
}
