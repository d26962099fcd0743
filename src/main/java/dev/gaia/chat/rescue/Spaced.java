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
            boolean white = Character.isWhitespace(raw.charAt(i));
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

    boolean startsWith(String part, int from) {
        return from + part.length() <= length && new String(text, from, part.length()).equals(part);
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

    static boolean isWord(char character) {
        return Character.isLetterOrDigit(character);
    }
}
