package dev.gaia.chat.rescue;

import java.util.List;
import java.util.Optional;

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
    private static final List<String> FENCES = List.of("```", "~~~");

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
        this.told = Spaced.of(Spaced.strip(delivered));
        this.anchor = Spaced.of(Spaced.strip(anchor));
    }

    /** Why it must be decided now. */
    private enum Bound {
        NONE,
        LENGTH,
        TIME,
        /** The model had nothing to add. */
        STOP,
        /** The continuation ended otherwise. */
        END
    }

    /** More text of the continuation. */
    public Decision offer(String piece) {
        held.append(piece);
        var text = Spaced.of(held.toString());
        int most = restarts(text) ? delivered.length() + RESTART_SPARE : HELD_MAX;
        return decide(text, held.length() < most ? Bound.NONE : Bound.LENGTH);
    }

    /**
     * The continuation took too long to be clear. Holds on to a restart, which takes as long as it is, and while there
     * is nothing to decide about: no word yet, or none after what the client has.
     */
    public Decision expire() {
        var text = Spaced.of(held.toString());
        return text.isBlank() ? HOLD : decide(text, Bound.TIME);
    }

    /**
     * The continuation has ended properly, or something else than text follows. When it stopped within what the client
     * has already, the answer was whole before. After a content filter no other model may be asked, so that nothing is
     * refused: what cannot be joined is left out.
     *
     * @param reason finish reason in the neutral form
     */
    public Decision finish(String reason) {
        var text = Spaced.of(held.toString());
        var bound = "stop".equals(reason) ? Bound.STOP : Bound.END;
        var decision = text.isBlank() ? lastRules(bound) : decide(text, bound);
        return decision instanceof Rejected && "content_filter".equals(reason)
                ? new Joined("", held.toString())
                : decision;
    }

    private Decision decide(Spaced text, Bound bound) {
        var found = mode == Mode.INSTRUCTION ? first(anchor(text), restart(text)) : restart(text);
        if (found.kind == Match.NONE) {
            found = overlap(text);
        }
        return switch (found.kind) {
            case FOUND -> join(found.end, bound);
            case REFUSED -> new Rejected();
            case OPEN -> bound == Bound.NONE ? HOLD : unclear(text, bound);
            case NONE -> lastRules(bound);
        };
    }

    /** It must be decided while a longer match was still possible: the overlap that is there, or the last rules. */
    private Decision unclear(Spaced text, Bound bound) {
        if (restarts(text)) {
            return switch (bound) {
                case NONE, TIME -> HOLD;
                case STOP -> new Joined("", held.toString());
                // To hand it on would repeat the text, and the answer is not whole.
                case LENGTH, END -> new Rejected();
            };
        }
        var overlap = overlapNow(text);
        return overlap.kind == Match.FOUND ? join(overlap.end, bound) : lastRules(bound);
    }

    /** Rules 4 and 5. */
    private Decision lastRules(Bound bound) {
        return mode == Mode.PREFILL ? join(0, bound) : new Rejected();
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
        var fence = FENCES.stream().filter(this::opens).findFirst();
        boolean open = false;
        int start = 0;
        while (true) {
            var found = anchorAt(text, start);
            if (found.kind == Match.FOUND) {
                return found;
            }
            open |= found.kind == Match.OPEN;
            if (fence.isPresent() && text.beginsLike(fence.get(), start)) {
                int line = text.raw().indexOf('\n', text.rawStart(start));
                if (line < 0) {
                    return Found.OPEN;
                }
                start = text.indexOfRaw(line);
                fence = Optional.empty();
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
        if (told.isBlank()) {
            return Found.NONE;
        }
        int start = firstWord(text);
        int equal = equal(text, start);
        if (equal == told.length()) {
            return new Found(Match.FOUND, text.rawEnd(start + equal));
        }
        if (start + equal == text.length()) {
            return Found.OPEN;
        }
        return equal >= RESTART_MIN ? new Found(Match.REFUSED, 0) : Found.NONE;
    }

    /** True when rule 2 matches as far as the text goes, and that is far enough to tell. */
    private boolean restarts(Spaced text) {
        var kind = restart(text).kind;
        return kind == Match.FOUND || (kind == Match.OPEN && equal(text, firstWord(text)) >= RESTART_MIN);
    }

    /** How many characters from there on are those the delivered text begins with. */
    private int equal(Spaced text, int start) {
        int equal = 0;
        while (start + equal < text.length()
                && equal < told.length()
                && text.charAt(start + equal) == told.charAt(equal)) {
            equal++;
        }
        return equal;
    }

    private static int firstWord(Spaced text) {
        return text.length() > 0 && text.charAt(0) == ' ' ? 1 : 0;
    }

    /** Rule 3, as far as no longer overlap can still match. */
    private Found overlap(Spaced text) {
        int start = firstWord(text);
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
        int start = firstWord(text);
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

    /**
     * Rules 4 and 6: what follows the dropped part, with white space that the client has already left out. The dropped
     * part ends as the delivered text does, so that no two words come to touch which do not in the continuation.
     */
    private Decision join(int end, Bound bound) {
        var rest = held.substring(end);
        boolean ended = bound == Bound.STOP || bound == Bound.END;
        if (Spaced.isBlank(rest) && rest.length() < RESTART_SPARE && !ended) {
            return HOLD;
        }
        int white = commonWhite(rest);
        return new Joined(rest.substring(white), held.substring(0, end + white));
    }

    /** How much of the white space at the start of the rest ends the delivered text; blanks of any kind are alike. */
    private int commonWhite(String rest) {
        var trailing = delivered.substring(Spaced.stripTrailing(delivered).length());
        for (int length = Math.min(trailing.length(), rest.length()); length > 0; length--) {
            if (trailing.endsWith(rest.substring(0, length))) {
                return length;
            }
        }
        var leading =
                rest.substring(0, rest.length() - Spaced.stripLeading(rest).length());
        return trailing.isEmpty() || (trailing + leading).contains("\n") ? 0 : leading.length();
    }

    /** True when the delivered text ends within what the fence encloses. */
    private boolean opens(String fence) {
        int count = 0;
        for (int at = delivered.indexOf(fence); at >= 0; at = delivered.indexOf(fence, at + fence.length())) {
            count++;
        }
        return count % 2 == 1;
    }

    /** The words a model is told to repeat: the last eight of the text, at most 80 characters; all of a short one. */
    public static String anchorOf(String delivered) {
        var text = Spaced.strip(delivered);
        if (text.length() < 12) {
            return text;
        }
        int from = text.length();
        int words = 0;
        while (from > 0 && words < 8) {
            int previous = from - 1;
            while (previous > 0 && !Spaced.isWhite(text.charAt(previous - 1))) {
                previous--;
            }
            if (text.length() - previous > 80) {
                break;
            }
            from = previous;
            words++;
            while (from > 0 && Spaced.isWhite(text.charAt(from - 1))) {
                from--;
            }
        }
        int start = words == 0 ? text.length() - 80 : from;
        return Spaced.strip(text.substring(Character.isLowSurrogate(text.charAt(start)) ? start + 1 : start));
    }
}
