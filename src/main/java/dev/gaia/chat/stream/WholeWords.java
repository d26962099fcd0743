package dev.gaia.chat.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a text that arrives in pieces so that no cut is inside a word, and none inside a directive: a JSON object in the
 * text, such as {@code {"m":"pause","p":{"secs":2}}}, is a part of its own. The parts joined are exactly the text.
 *
 * <p>What opens with a brace and is no JSON object after all, because it does not go on like one or does not end
 * within {@link #DIRECTIVE_MAX_CHARACTERS}, is text like any other. A word longer than {@link #WORD_MAX_CHARACTERS} is
 * cut, so that nothing is held back without end.
 */
final class WholeWords {

    static final int DIRECTIVE_MAX_CHARACTERS = 8_192;
    static final int WORD_MAX_CHARACTERS = 1_024;

    private final StringBuilder waiting = new StringBuilder();

    /** The parts that are whole now. */
    List<String> add(String text) {
        waiting.append(text);
        return cut(false);
    }

    /** What is left at the end of the text. */
    List<String> finish() {
        return cut(true);
    }

    private List<String> cut(boolean last) {
        var parts = new ArrayList<String>();
        int from = 0;
        int plainEnd = 0;
        int at = 0;
        while (at < waiting.length()) {
            char c = waiting.charAt(at);
            if (c == '{') {
                var end = directiveEnd(at, last);
                if (end.isEmpty()) {
                    // It may become a directive, or go on the word before it.
                    break;
                }
                if (end.get() > at) {
                    add(parts, from, at);
                    add(parts, at, end.get());
                    from = end.get();
                    plainEnd = from;
                    at = from;
                    continue;
                }
            }
            at++;
            if (Character.isWhitespace(c)) {
                plainEnd = at;
            }
        }
        if (last) {
            plainEnd = waiting.length();
        } else if (at == waiting.length() && at - plainEnd > WORD_MAX_CHARACTERS) {
            plainEnd = Character.isHighSurrogate(waiting.charAt(at - 1)) ? at - 1 : at;
        }
        add(parts, from, plainEnd);
        waiting.delete(0, plainEnd);
        return parts;
    }

    private void add(List<String> parts, int from, int to) {
        if (to > from) {
            parts.add(waiting.substring(from, to));
        }
    }

    /** Where the object that opens here ends; here itself when it is none; empty while that is not known. */
    private Optional<Integer> directiveEnd(int start, boolean last) {
        int depth = 0;
        boolean quoted = false;
        boolean began = false;
        for (int at = start; at < waiting.length(); at++) {
            char c = waiting.charAt(at);
            if (at - start >= DIRECTIVE_MAX_CHARACTERS) {
                return Optional.of(start);
            }
            if (quoted) {
                if (c == '\\') {
                    at++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (!began && at > start && !Character.isWhitespace(c)) {
                // An object begins with a key, or is empty.
                if (c != '"' && c != '}') {
                    return Optional.of(start);
                }
                began = true;
                quoted = c == '"';
                depth -= c == '}' ? 1 : 0;
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
            if (depth == 0 && !quoted && at > start) {
                return Optional.of(at + 1);
            }
        }
        return last ? Optional.of(start) : Optional.empty();
    }
}
