package dev.gaia.chat.rescue;

import static dev.gaia.chat.rescue.Continued.chopped;
import static dev.gaia.chat.rescue.Continued.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.rescue.Seam.Mode;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a model that goes on does honestly, the client has the whole text, once; of another text it gets nothing. */
class SeamPropertyTest {

    private static final List<String> LETTERS =
            List.of("a", "ü", "ß", "é", "世", "界", "🙂", "👩‍🚀", "🇯🇵", "n", "r", "t", "m", "o", "x", "э");
    private static final List<String> BETWEEN =
            List.of(" ", " ", " ", ", ", ". ", "; ", "\n", "\n\n", "\n- ", "\u00A0", " — ");
    private static final String WHITE = "[\\s\\u00A0]+";
    private static final List<String> BLANKS = List.of(" ", "\n", "\u00A0", "\t");

    private static LongStream seeds() {
        return LongStream.range(0, 400);
    }

    /** Where a text is cut, and what the client has of it. */
    private record Cut(String text, String delivered) {
        static Cut of(Random random) {
            var text = written(random);
            int at = 1 + random.nextInt(text.length());
            while (at < text.length() && Character.isLowSurrogate(text.charAt(at))) {
                at++;
            }
            return new Cut(text, text.substring(0, at));
        }

        /** Without white space at its end. */
        String told() {
            return delivered.replaceFirst(WHITE + "$", "");
        }

        String rest() {
            return text.substring(told().length());
        }
    }

    /** Words that differ from each other, in several scripts, with code among them. */
    private static String written(Random random) {
        int words = 3 + random.nextInt(random.nextBoolean() ? 20 : 300);
        int code = random.nextInt(words);
        var text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(i == code ? "\n```java\nint i" + i + " = 1;\n    go(" + i + ");\n```\n" : "")
                    .append(word(i, random))
                    .append(i == words - 1 ? "." : BETWEEN.get(random.nextInt(BETWEEN.size())));
        }
        return text.toString().replaceFirst("^\\s+", "");
    }

    /** A number in letters begins the word, so that no two are alike. */
    private static String word(int number, Random random) {
        var word = new StringBuilder(Integer.toString(number + 500, 36));
        for (int i = random.nextInt(6); i > 0; i--) {
            word.append(LETTERS.get(random.nextInt(LETTERS.size())));
        }
        return word.toString();
    }

    /** The same words with other white space of one character each. */
    private static String respaced(String text, Random random) {
        var spaced = new StringBuilder();
        for (var part : text.splitWithDelimiters(WHITE, 0)) {
            boolean white = part.matches(WHITE);
            spaced.append(white && random.nextInt(3) == 0 ? BLANKS.get(random.nextInt(BLANKS.size())) : part);
        }
        return spaced.toString();
    }

    private static void givesTheWholeText(Cut cut, Mode mode, String continuation, Random random) {
        var pieces = chopped(continuation, random);
        assertThat(join(cut.delivered(), mode, pieces, "stop").map(cut.delivered()::concat))
                .as("%s: %s", mode, pieces)
                .contains(cut.text());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void joinsWhatFollowsTheAnchor(long seed) {
        var random = new Random(seed);
        var cut = Cut.of(random);
        boolean inCode = cut.delivered().split("```", -1).length % 2 == 0
                && !Seam.anchorOf(cut.delivered()).startsWith("`");
        var before = List.of("", "", "\"", "…", "... ", "\n", inCode ? "```java\n" : "« ")
                .get(random.nextInt(7));
        var anchor = respaced(Seam.anchorOf(cut.delivered()), random);

        givesTheWholeText(cut, Mode.INSTRUCTION, before + anchor + cut.rest(), random);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void joinsWhatFollowsARestart(long seed) {
        var random = new Random(seed);
        var cut = Cut.of(random);
        var mode = random.nextBoolean() ? Mode.PREFILL : Mode.INSTRUCTION;

        givesTheWholeText(cut, mode, respaced(cut.told(), random) + cut.rest(), random);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void joinsWhatFollowsAnOverlap(long seed) {
        var random = new Random(seed);
        var cut = Cut.of(random);
        var mode = random.nextBoolean() ? Mode.PREFILL : Mode.INSTRUCTION;
        int least = mode == Mode.PREFILL ? 24 : 12;
        var told = cut.told();
        var starts = IntStream.range(0, told.length())
                .filter(at -> at == 0 || !Character.isLetterOrDigit(told.charAt(at - 1)))
                .filter(at -> Character.isLetterOrDigit(told.charAt(at)))
                .filter(at -> {
                    int length = told.substring(at).replaceAll(WHITE, " ").length();
                    return least <= length && length <= 512;
                })
                .toArray();
        if (starts.length > 0) {
            var overlap = respaced(told.substring(starts[random.nextInt(starts.length)]), random);
            givesTheWholeText(cut, mode, overlap + cut.rest(), random);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void joinsWhatFollowsAPrefill(long seed) {
        var random = new Random(seed);
        var cut = Cut.of(random);
        var told = cut.told();
        // One letter or two may well come twice, which nobody can tell from a restart.
        if (told.length() >= 24 || !cut.rest().startsWith(told)) {
            givesTheWholeText(cut, Mode.PREFILL, cut.rest(), random);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void refusesAnotherText(long seed) {
        var random = new Random(seed);
        var delivered = Cut.of(random).delivered();
        var other = written(random).replaceAll("[0-9a-z]", "Q");

        assertThat(join(delivered, Mode.INSTRUCTION, chopped(other, random), "stop"))
                .isEmpty();
        assertThat(join(delivered, Mode.INSTRUCTION, chopped(other, random), "length"))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void finishesATextThatWasWhole(long seed) {
        var random = new Random(seed);
        var text = written(random);
        var whole = new Cut(text, text);
        var begun = text.substring(0, Math.min(text.length(), 50 + random.nextInt(200)));

        givesTheWholeText(whole, Mode.PREFILL, "", random);
        givesTheWholeText(whole, Mode.INSTRUCTION, Seam.anchorOf(text), random);
        for (var mode : Mode.values()) {
            givesTheWholeText(whole, mode, text, random);
            givesTheWholeText(whole, mode, begun, random);
        }
    }
}
