package dev.gaia.chat.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WholeWordsTest {

    private static final String DIRECTIVE = "{\"m\":\"pause\",\"p\":{\"secs\":2,\"why\":\"a } in \\\"text\\\"\"}}";

    private static List<String> cut(String... pieces) {
        var words = new WholeWords();
        var parts = new ArrayList<String>();
        for (var piece : pieces) {
            parts.addAll(words.add(piece));
        }
        parts.addAll(words.finish());
        return parts;
    }

    @Test
    void cutsBetweenWordsOnly() {
        assertThat(cut("Hel", "lo th", "ere, fri", "end")).containsExactly("Hello ", "there, ", "friend");
        assertThat(cut("one two three")).containsExactly("one two ", "three");
        assertThat(cut("", "a", "", "b\n", "c")).containsExactly("ab\n", "c");
        assertThat(cut()).isEmpty();
    }

    @Test
    void sendsADirectiveWholeAndAlone() {
        assertThat(cut("Breathe in. ", DIRECTIVE, " And out."))
                .containsExactly("Breathe in. ", DIRECTIVE, " And ", "out.");
        assertThat(cut("Now" + DIRECTIVE + "out")).containsExactly("Now", DIRECTIVE, "out");
        assertThat(cut("{", "}", "{\"a\":[{}]}")).containsExactly("{}", "{\"a\":[{}]}");
    }

    @Test
    void takesBracesThatAreNoDirectiveForText() {
        assertThat(cut("if (x) ", "{", " return foo", "{bar} }"))
                .containsExactly("if (x) ", "{ return ", "foo{bar} ", "}");
        assertThat(cut("open {\"never closed")).containsExactly("open ", "{\"never closed");
        var endless = "{\"" + "x".repeat(WholeWords.DIRECTIVE_MAX_CHARACTERS);
        assertThat(String.join("", cut(endless, " end"))).isEqualTo(endless + " end");
    }

    @Test
    void cutsAWordThatHasNoEnd() {
        var words = new WholeWords();

        assertThat(words.add("y".repeat(WholeWords.WORD_MAX_CHARACTERS + 1))).hasSize(1);
        assertThat(words.finish()).isEmpty();
    }

    @Test
    void givesBackExactlyTheTextHoweverItArrives() {
        var text = "Grüße, {\"m\":\"wave\"} こんにちは 🙂👩‍🚀! {x} {\"a\":1}{\"b\":2} {\"open " + DIRECTIVE + " end\n";
        var random = new Random(7);
        for (int round = 0; round < 500; round++) {
            var pieces = new ArrayList<String>();
            int from = 0;
            while (from < text.length()) {
                int to = Math.min(text.length(), from + 1 + random.nextInt(9));
                pieces.add(text.substring(from, to));
                from = to;
            }

            var parts = cut(pieces.toArray(String[]::new));

            assertThat(String.join("", parts)).isEqualTo(text);
            assertThat(parts).contains("{\"m\":\"wave\"}", "{\"a\":1}", "{\"b\":2}");
            for (int i = 0; i + 1 < parts.size(); i++) {
                var end = parts.get(i).charAt(parts.get(i).length() - 1);
                var next = parts.get(i + 1).charAt(0);
                assertThat(Character.isWhitespace(end) || Character.isWhitespace(next) || end == '}' || next == '{')
                        .as("%s|%s", parts.get(i), parts.get(i + 1))
                        .isTrue();
            }
        }
    }
}
