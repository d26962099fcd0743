package dev.gaia.chat.rescue;

/**
 * Where a continuation joins what the client has: section 11.4 of the failure contract, as a function of two texts.
 *
 * <p>The text of the continuation is given piece by piece and held back until one rule decides: the anchor (1), a
 * restart from the beginning (2), an overlap (3), a clean continuation (4), or none of them, so that the text is not
 * used (5). Comparison takes any run of white space for one blank. For one thread.
 */
public final class Seam {

    /** How the continuation was asked for. */
    public enum Mode {
        /** The delivered text stood as the beginning of the answer. */
        PREFILL,
        /** The model was told to repeat the anchor and go on. */
        INSTRUCTION
    }

    /** What became of the text so far. */
    public sealed interface Decision {}

    /** Not decided: more text is needed. */
    public record Hold() implements Decision {}

    /**
     * Joined.
     *
     * @param text what the client gets now
     * @param dropped the beginning of the continuation, which it has already
     */
    public record Joined(String text, String dropped) implements Decision {}

    /** Another answer; two texts are never joined on hope. */
    public record Rejected() implements Decision {}

    private static final Decision HOLD = new Hold();
    private static final int HELD_MAX = 512;
    private static final int RESTART_MIN = 24;
    private static final int OVERLAP_MAX = 512;
    private static final int OVERLAP_MIN_TOLD = 12;
    private static final int OVERLAP_MIN_PREFILLED = 24;
    private static final int RESTART_SPARE = 256;
    private static final String IGNORED_BEFORE_ANCHOR = "\"'“”„«»‘’…. ";
    private static final String FENCE = "```";

    private final String delivered;
    private final Mode mode;
    private final Spaced told;
    private final Spaced anchor;
    private final StringBuilder held = new StringBuilder();

    /**
     * @param delivered what the client has, not empty
     * @param anchor the words the model was told to repeat; unused in prefill mode
     */
    public Seam(String delivered, Mode mode, String anchor) {
        this.delivered = delivered;
        this.mode = mode;
        this.told = Spaced.of(delivered.strip());
        this.anchor = Spaced.of(anchor.strip());
    }

    /** More text of the continuation. */
    public Decision offer(String piece) {
        held.append(piece);
        boolean restarting = restart(Spaced.of(held.toString())).kind == Match.OPEN;
        int most = restarting ? delivered.length() + RESTART_SPARE : HELD_MAX;
        return decide(held.length() >= most);
    }

    /** The continuation took too long to be clear. */
    public Decision expire() {
        return decide(true);
    }

    /** The continuation has ended properly. Within what the client has already, the answer was whole before. */
    public Decision finish() {
        var text = Spaced.of(held.toString());
        if (text.isBlank()) {
            return mode == Mode.PREFILL ? join(0, true) : new Rejected();
        }
        boolean repeating =
                restart(text).kind == Match.OPEN || (mode == Mode.INSTRUCTION && anchor(text).kind == Match.OPEN);
        return repeating ? new Joined("", held.toString()) : decide(true);
    }

    private Decision decide(boolean last) {
        var text = Spaced.of(held.toString());
        var found = mode == Mode.INSTRUCTION ? first(anchor(text), restart(text)) : restart(text);
        if (found.kind == Match.NONE) {
            found = overlap(text);
        }
        return switch (found.kind) {
            case FOUND -> join(found.end, last);
            case REFUSED -> new Rejected();
            case OPEN -> last ? unclear(text) : HOLD;
            case NONE -> mode == Mode.PREFILL ? join(0, last) : new Rejected();
        };
    }

    /** Time or text is up while a longer match was still possible: the overlap that is there, or the last rules. */
    private Decision unclear(Spaced text) {
        var overlap = overlapNow(text);
        if (overlap.kind == Match.FOUND) {
            return join(overlap.end, true);
        }
        return mode == Mode.PREFILL ? join(0, true) : new Rejected();
    }

    private static Found first(Found one, Found other) {
        if (one.kind == Match.NONE) {
            return other;
        }
        return one;
    }

    private enum Match {
        FOUND,
        OPEN,
        NONE,
        REFUSED
    }

    /** How a rule stands; {@code end} is where the dropped part ends in the raw text. */
    private record Found(Match kind, int end) {
        static final Found NONE = new Found(Match.NONE, 0);
        static final Found OPEN = new Found(Match.OPEN, 0);
    }

    /** Rule 1, after each beginning that may be ignored. */
    private Found anchor(Spaced text) {
        boolean fenceOpen = occurrences(delivered, FENCE) % 2 == 1;
        boolean open = false;
        int start = 0;
        while (true) {
            var found = anchorAt(text, start);
            if (found.kind == Match.FOUND) {
                return found;
            }
            open |= found.kind == Match.OPEN;
            if (fenceOpen && text.startsWith(FENCE, start)) {
                int line = text.raw().indexOf('\n', text.rawStart(start));
                if (line < 0) {
                    return Found.OPEN;
                }
                start = text.indexOfRaw(line);
                fenceOpen = false;
            } else if (start < text.length() && IGNORED_BEFORE_ANCHOR.indexOf(text.charAt(start)) >= 0) {
                start++;
            } else {
                return open ? Found.OPEN : Found.NONE;
            }
        }
    }

    private Found anchorAt(Spaced text, int start) {
        int left = text.length() - start;
        if (left >= anchor.length()) {
            return text.startsWith(anchor, start)
                    ? new Found(Match.FOUND, text.rawEnd(start + anchor.length()))
                    : Found.NONE;
        }
        return anchor.regionMatches(0, text, start, left) ? Found.OPEN : Found.NONE;
    }

    /** Rule 2. */
    private Found restart(Spaced text) {
        int start = text.length() > 0 && text.charAt(0) == ' ' ? 1 : 0;
        int least = Math.min(RESTART_MIN, told.length());
        int equal = 0;
        while (start + equal < text.length()
                && equal < told.length()
                && text.charAt(start + equal) == told.charAt(equal)) {
            equal++;
        }
        if (equal == told.length()) {
            return new Found(Match.FOUND, text.rawEnd(start + equal));
        }
        if (start + equal == text.length()) {
            return Found.OPEN;
        }
        return equal >= least ? new Found(Match.REFUSED, 0) : Found.NONE;
    }

    /** Rule 3, as far as no longer overlap can still match. */
    private Found overlap(Spaced text) {
        int start = text.length() > 0 && text.charAt(0) == ' ' ? 1 : 0;
        int left = text.length() - start;
        for (int length = Math.min(OVERLAP_MAX, told.length()); length > left; length--) {
            if (length >= least()
                    && told.regionMatches(told.length() - length, text, start, left)
                    && told.wordStart(told.length() - length)) {
                return Found.OPEN;
            }
        }
        return overlapNow(text);
    }

    private Found overlapNow(Spaced text) {
        int start = text.length() > 0 && text.charAt(0) == ' ' ? 1 : 0;
        int most = Math.min(Math.min(OVERLAP_MAX, told.length()), text.length() - start);
        for (int length = most; length >= least(); length--) {
            int from = told.length() - length;
            if (told.wordStart(from) && told.regionMatches(from, text, start, length)) {
                return new Found(Match.FOUND, text.rawEnd(start + length));
            }
        }
        return Found.NONE;
    }

    private int least() {
        return mode == Mode.PREFILL ? OVERLAP_MIN_PREFILLED : OVERLAP_MIN_TOLD;
    }

    /** Rules 4 and 6: what follows the dropped part, with white space that the client has already left out. */
    private Decision join(int end, boolean last) {
        var rest = held.substring(end);
        if (rest.isBlank() && !last) {
            return HOLD;
        }
        int white = commonWhite(rest);
        var text = rest.substring(white);
        boolean wordsTouch = end > 0
                && !text.isEmpty()
                && Spaced.isWord(delivered.charAt(delivered.length() - 1))
                && Spaced.isWord(text.charAt(0))
                && !Spaced.isWord(held.charAt(end - 1));
        return new Joined(wordsTouch ? " " + text : text, held.substring(0, end + white));
    }

    /** How much of the white space at the start of the rest ends the delivered text. */
    private int commonWhite(String rest) {
        int trailing = delivered.length() - delivered.stripTrailing().length();
        for (int length = Math.min(trailing, rest.length()); length > 0; length--) {
            if (delivered.regionMatches(delivered.length() - length, rest, 0, length)) {
                return length;
            }
        }
        return 0;
    }

    private static int occurrences(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    /** The words a model is told to repeat: the last eight of the text, at most 80 characters; all of a short one. */
    public static String anchorOf(String delivered) {
        var text = delivered.strip();
        if (text.length() < 12) {
            return text;
        }
        int from = text.length();
        int words = 0;
        while (from > 0 && words < 8) {
            int previous = from - 1;
            while (previous > 0 && !Character.isWhitespace(text.charAt(previous - 1))) {
                previous--;
            }
            if (text.length() - previous > 80) {
                break;
            }
            from = previous;
            words++;
            while (from > 0 && Character.isWhitespace(text.charAt(from - 1))) {
                from--;
            }
        }
        int start = words == 0 ? text.length() - 80 : from;
        return text.substring(Character.isLowSurrogate(text.charAt(start)) ? start + 1 : start)
                .strip();
    }
}
