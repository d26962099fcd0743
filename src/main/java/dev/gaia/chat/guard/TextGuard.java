package dev.gaia.chat.guard;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a text harmless for a page that shows it as Markdown: an image of another place becomes a link, a tag with
 * attributes becomes text. Fenced code stays as it is. The text may come in pieces, cut anywhere; held back is only what
 * may become an image, a tag or a link, at most {@value #HELD_MAX} characters.
 *
 * <p>Whoever writes the text is an attacker who knows the renderer. So only images of the plainest form are let through,
 * and code is exempt only where no renderer can read it as anything else: behind a fence at the very beginning of a
 * line, in a text without lines that begin with a tag (CommonMark 0.31, 4.5 and 4.6).
 */
@SuppressWarnings("JdkObsolete") // hitEnd tells whether more text could change the outcome, which no other method does
final class TextGuard {

    static final int HELD_MAX = 3_000;

    private static final Pattern IMAGE = Pattern.compile(
            "!\\[[^\\[\\]`<\\\\\\r\\n]{0,300}+]\\(([^\\s()<>\\\\\"';]{1,2000}+)(?: \"[^\"\\\\\\r\\n`<]{0,200}+\")?\\)");
    private static final Pattern LINK_END =
            Pattern.compile("]\\(([^\\s()<>\\\\\"';]{1,2000}+)(?: \"[^\"\\\\\\r\\n`<]{0,200}+\")?\\)");

    private static final Pattern TAG = Pattern.compile("<([A-Za-z][A-Za-z0-9-]{0,40}+)");
    private static final Pattern BARE_TAG = Pattern.compile("<[A-Za-z][A-Za-z0-9-]{0,40}+ ?/?>");
    private static final Pattern ACTIVE_TAG = Pattern.compile("(?i)<(?:script|style)");

    private static final Pattern FENCE = Pattern.compile("(`{3,})[^`]*|(~{3,}).*");
    private static final Pattern TAG_LINE = Pattern.compile("[\\s>*+-]*<.*");
    /** Of a line, as much as tells what it begins; a longer one is no fence. */
    private static final int LINE_MAX = 1_000;

    private final OwnPlaces places;
    private final boolean links;
    private final StringBuilder pending = new StringBuilder();
    private final StringBuilder line = new StringBuilder();
    private boolean inCode;
    /** The line that ends the code that was begun last. */
    private Pattern fenceEnd = FENCE;

    private boolean tagsSeen;
    /** The character that was shown last, whether or not it has been handed on. */
    private char before = ' ';

    TextGuard(OwnPlaces places, boolean links) {
        this.places = places;
        this.links = links;
    }

    /** What may be shown now that this text arrived. */
    String add(String text) {
        pending.append(text);
        return take(false);
    }

    /** What is left, when no more text comes. */
    String finish() {
        return take(true);
    }

    private String take(boolean last) {
        var shown = new StringBuilder(pending.length());
        int from = 0;
        while (from < pending.length()) {
            int taken = inCode ? plain(from, shown) : open(from, last, shown);
            if (taken == 0) {
                break;
            }
            before = shown.isEmpty() ? before : shown.charAt(shown.length() - 1);
            for (int i = from; i < from + taken; i++) {
                read(pending.charAt(i));
            }
            from += taken;
        }
        pending.delete(0, from);
        return shown.toString();
    }

    private int plain(int from, StringBuilder shown) {
        shown.append(pending.charAt(from));
        return 1;
    }

    /** Handles what stands at a place outside of code; how many characters it took, 0 when more must come first. */
    private int open(int from, boolean last, StringBuilder shown) {
        char first = pending.charAt(from);
        if (first == '!') {
            return image(from, last, shown);
        }
        if (first == '<') {
            return tag(from, last, shown);
        }
        if (first == ']' && links) {
            return link(from, last, shown);
        }
        return plain(from, shown);
    }

    private int image(int from, boolean last, StringBuilder shown) {
        if (from + 1 == pending.length()) {
            return last ? plain(from, shown) : 0;
        }
        if (pending.charAt(from + 1) != '[') {
            return plain(from, shown);
        }
        var matcher = matcher(IMAGE, from);
        if (matcher.lookingAt()) {
            if (places.have(matcher.group(1))) {
                shown.append(matcher.group());
                return matcher.end() - from;
            }
        } else if (mayStillFit(matcher, from, last)) {
            return 0;
        }
        // Without its mark it is a link at most, which loads nothing by itself; a mark before must not take its place.
        if (before == '!') {
            shown.append(' ');
        }
        return 1;
    }

    private int link(int from, boolean last, StringBuilder shown) {
        if (from + 1 == pending.length()) {
            return last ? plain(from, shown) : 0;
        }
        if (pending.charAt(from + 1) != '(') {
            return plain(from, shown);
        }
        var matcher = matcher(LINK_END, from);
        if (matcher.lookingAt()) {
            if (places.have(matcher.group(1))) {
                shown.append(matcher.group());
                return matcher.end() - from;
            }
        } else if (mayStillFit(matcher, from, last)) {
            return 0;
        }
        // With a space between, the address is there for all to see.
        shown.append("] ");
        return 1;
    }

    private int tag(int from, boolean last, StringBuilder shown) {
        if (from + 1 == pending.length()) {
            return last ? plain(from, shown) : 0;
        }
        var tag = matcher(TAG, from);
        if (!tag.lookingAt()) {
            return plain(from, shown);
        }
        if (tag.end() == pending.length() && !last) {
            return 0;
        }
        if (matcher(ACTIVE_TAG, from).lookingAt()) {
            shown.append("&lt;");
            return 1;
        }
        var bare = matcher(BARE_TAG, from);
        if (bare.lookingAt()) {
            shown.append(bare.group());
            return bare.end() - from;
        }
        if (!last && bare.hitEnd()) {
            return 0;
        }
        boolean attributes = tag.end() < pending.length() && " \t\r\n\f/".indexOf(pending.charAt(tag.end())) >= 0;
        shown.append(attributes ? "&lt;" : "<");
        return 1;
    }

    private Matcher matcher(Pattern pattern, int from) {
        return pattern.matcher(pending).region(from, pending.length()).useTransparentBounds(false);
    }

    private boolean mayStillFit(Matcher matcher, int from, boolean last) {
        return !last && matcher.hitEnd() && pending.length() - from < HELD_MAX;
    }

    /** Follows the lines of the text as it was written, to know where code begins and ends. */
    private void read(char character) {
        if (character != '\n' && character != '\r') {
            if (line.length() <= LINE_MAX) {
                line.append(character);
            }
            return;
        }
        var text = line.toString();
        line.setLength(0);
        if (inCode) {
            inCode = !fenceEnd.matcher(text).matches();
            return;
        }
        tagsSeen = tagsSeen || TAG_LINE.matcher(text).matches();
        var opening = FENCE.matcher(text);
        if (!tagsSeen && text.length() <= LINE_MAX && opening.matches()) {
            var fence = opening.group(1) == null ? opening.group(2) : opening.group(1);
            fenceEnd = Pattern.compile(" {0,3}" + fence + fence.charAt(0) + "*[ \\t]*");
            inCode = true;
        }
    }
}
