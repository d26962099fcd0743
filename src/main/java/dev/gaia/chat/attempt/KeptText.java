package dev.gaia.chat.attempt;

import java.util.ArrayList;
import java.util.List;

/**
 * The text of an answer while it grows, which is read once at its end. Kept in parts, because a {@link StringBuilder}
 * holds up to as much again as room for more, and thousands of long answers may be under way. Long pieces are kept as
 * they are, so that those who keep the same answer share them. For one thread.
 */
public final class KeptText {

    private static final int PART_CHARACTERS = 4 * 1_024;
    private static final int LONG_CHARACTERS = 512;

    private final List<String> parts = new ArrayList<>(0);
    private final StringBuilder last = new StringBuilder();
    private int length;

    /** Adds at the end. */
    public void append(String text) {
        length += text.length();
        if (text.length() >= LONG_CHARACTERS) {
            endPart();
            parts.add(text);
            return;
        }
        last.append(text);
        if (last.length() >= PART_CHARACTERS) {
            endPart();
        }
    }

    private void endPart() {
        if (!last.isEmpty()) {
            parts.add(last.toString());
            last.setLength(0);
            last.trimToSize();
        }
    }

    /** In characters. */
    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** Forgets all of it. */
    public void clear() {
        parts.clear();
        last.setLength(0);
        last.trimToSize();
        length = 0;
    }

    /** The whole text. */
    @Override
    public String toString() {
        if (parts.isEmpty()) {
            return last.toString();
        }
        var whole = new StringBuilder(length);
        parts.forEach(whole::append);
        return whole.append(last).toString();
    }
}
