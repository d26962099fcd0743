package dev.gaia.chat.rescue;

import static dev.gaia.chat.rescue.Continued.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.rescue.Seam.Joined;
import dev.gaia.chat.rescue.Seam.Mode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeamTest {

    private static final String TEXT = """
            Grüße aus Nürnberg! Here is the plan, in three steps.

            1. Measure twice, which is slow.
            2. Cut once 🙂👩‍🚀 — quickly.

            ```java
            int x = 1;
            int y = 2;
            ```

            こんにちは、世界。Then "quote" the result and send it to everybody who asked; they will be glad.
            """;

    private static boolean insideCharacter(int cut) {
        return Character.isLowSurrogate(TEXT.charAt(cut));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 1_000})
    void joinsCleanContinuationsAtEveryCut(int pieceLength) {
        for (int cut = 1; cut < TEXT.length(); cut++) {
            if (!insideCharacter(cut)) {
                var delivered = TEXT.substring(0, cut);
                var rest = TEXT.substring(delivered.stripTrailing().length());
                assertThat(join(delivered, Mode.PREFILL, rest, pieceLength).map(delivered::concat))
                        .as("cut after %d", cut)
                        .contains(TEXT);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 1_000})
    void joinsAfterTheAnchorAtEveryCut(int pieceLength) {
        for (int cut = 1; cut < TEXT.length(); cut++) {
            if (!insideCharacter(cut)) {
                var delivered = TEXT.substring(0, cut);
                var rest = TEXT.substring(delivered.stripTrailing().length());
                var continuation = Seam.anchorOf(delivered) + rest;
                assertThat(join(delivered, Mode.INSTRUCTION, continuation, pieceLength)
                                .map(delivered::concat))
                        .as("cut after %d", cut)
                        .contains(TEXT);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSTRUCTION", "PREFILL"})
    void joinsRestartsAtEveryCut(Mode mode) {
        for (int cut = 1; cut < TEXT.length(); cut++) {
            if (!insideCharacter(cut)) {
                var delivered = TEXT.substring(0, cut);
                assertThat(join(delivered, mode, TEXT, 5).map(delivered::concat))
                        .as("cut after %d", cut)
                        .contains(TEXT);
            }
        }
    }

    @Test
    void joinsAnOverlapOfThreeWords() {
        assertThat(join("The quick brown fox jumps over", Mode.INSTRUCTION, "fox jumps over the dog", 2))
                .contains(" the dog");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 1_000})
    void joinsAnOverlapOfTwelveCharacters(int pieceLength) {
        var delivered = "We went home and sat there, a bee on it";

        assertThat(join(delivered, Mode.INSTRUCTION, "a bee on it and so on", pieceLength))
                .as("11 characters")
                .isEmpty();
        assertThat(join(delivered.replace("bee", "bird"), Mode.INSTRUCTION, "a bird on it and so on", pieceLength))
                .as("12 characters")
                .contains(" and so on");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 1_000})
    void joinsAnOverlapOf24CharactersAfterAPrefill(int pieceLength) {
        var twelve = "a bird on it and so on";
        var less = "two of us were glad now and so on";
        var enough = "three of us are glad now and so on";
        var delivered = "We went home and sat there, %s";

        assertThat(join(delivered.formatted("a bird on it"), Mode.PREFILL, twelve, pieceLength))
                .as("12 characters")
                .contains(twelve);
        assertThat(join(delivered.formatted("two of us were glad now"), Mode.PREFILL, less, pieceLength))
                .as("23 characters")
                .contains(less);
        assertThat(join(delivered.formatted("three of us are glad now"), Mode.PREFILL, enough, pieceLength))
                .as("24 characters")
                .contains(" and so on");
    }

    @Test
    void joinsAnOverlapOnlyAtTheBeginningOfAWord() {
        assertThat(join("Look at the unbelievable things", Mode.INSTRUCTION, "believable things happen", 4))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"PREFILL,1", "PREFILL,1000", "INSTRUCTION,1", "INSTRUCTION,1000"})
    void joinsAnOverlapOf512Characters(Mode mode, int pieceLength) {
        var numbers = IntStream.range(1_000, 1_300).mapToObj(String::valueOf).collect(Collectors.joining(" "));
        var last = numbers.substring(numbers.length() - 511);
        var longer = "a " + last;

        assertThat(join("Once: b" + last, mode, "b" + last + " end", pieceLength))
                .as("512 characters")
                .contains(" end");
        assertThat(join("Once: " + longer, mode, longer + " end", pieceLength))
                .as("513 characters")
                .isEqualTo(mode == Mode.PREFILL ? Optional.of(longer + " end") : Optional.empty());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void takesAContinuationThatDiffersAfter24CharactersForAnotherAnswer(Mode mode) {
        var delivered = "The sun is setting over Bern and the lake";
        var other = "The sun is setting over here";

        // 24 characters are equal in both, "The sun is setting over "; and 23 where a dash follows.
        assertThat(join(delivered, mode, other, 3)).as("24 characters").isEmpty();
        assertThat(join(delivered, mode, "The sun is setting over-here", 3))
                .as("23 characters")
                .isEqualTo(mode == Mode.PREFILL ? Optional.of("The sun is setting over-here") : Optional.empty());
    }

    @Test
    void takesAShortRepetitionAfterAPrefillForText() {
        assertThat(join("He said hello world", Mode.PREFILL, " hello world again", 4))
                .contains(" hello world again");
    }

    @Test
    void refusesAnotherAnswer() {
        assertThat(join("The answer to your question is forty", Mode.INSTRUCTION, "Sure! Here it is: two", 3))
                .isEmpty();
        assertThat(join(
                        "The answer to your question is forty-two.",
                        Mode.PREFILL,
                        "The answer to your question depends on it.",
                        3))
                .isEmpty();
    }

    @Test
    void ignoresQuotesAndEllipsisBeforeTheAnchor() {
        var delivered = "one two three four five six seven eight nine ten";
        assertThat(join(delivered, Mode.INSTRUCTION, "…\"three four five six seven eight nine ten eleven", 3))
                .contains(" eleven");
    }

    @Test
    void ignoresAFenceOpenedAgain() {
        var delivered = "Code:\n```java\nint first = 1; int second = 2; int third";
        var anchor = Seam.anchorOf(delivered);
        assertThat(join(delivered, Mode.INSTRUCTION, "```java\n" + anchor + " = 3;\n```", 3))
                .contains(" = 3;\n```");
    }

    @ParameterizedTest
    @ValueSource(strings = {"```", "~~~"})
    void ignoresAFenceThatComesInPieces(String fence) {
        var delivered = "Some code:\n" + fence + "java\n" + "int number = 7;\n".repeat(40)
                + "int first = 1; int second = 2; int third";
        var pieces = List.of("\n" + fence.substring(0, 2), fence.substring(2) + "java", "\nint number = 7;\n", "x");
        var anchored = List.of(
                "\n" + fence.substring(0, 2),
                fence.substring(2) + "java\n" + Seam.anchorOf(delivered),
                " = 3;\n" + fence);

        assertThat(join(delivered, Mode.INSTRUCTION, anchored, "stop")).contains(" = 3;\n" + fence);
        assertThat(join(delivered, Mode.INSTRUCTION, pieces, "stop")).isEmpty();
    }

    @Test
    void ignoresNoFenceWhenNoneIsOpen() {
        var delivered = "```java\nint first = 1;\n```\nThese are the words that come after all of it";

        assertThat(join(delivered, Mode.INSTRUCTION, "```java\n" + Seam.anchorOf(delivered) + " here", 3))
                .isEmpty();
    }

    @Test
    void treatsAnyWhiteSpaceAsOne() {
        var delivered = "First line of text\nsecond line of the text";
        assertThat(join(delivered, Mode.INSTRUCTION, "First  line of text second line of the text ends.", 4))
                .contains(" ends.");
    }

    /** No-break space, narrow no-break space and figure space. */
    @ParameterizedTest
    @ValueSource(strings = {"\u00A0", "\u202F", "\u2007"})
    void treatsSpacesThatBreakNoLineAsWhiteSpace(String space) {
        var delivered = "Le billet coûte 5" + space + "€ et le repas du soir 12" + space;

        assertThat(join(delivered + "€ ou", Mode.INSTRUCTION, "Le billet coûte 5 € et le repas du soir 12 € ou 13", 3))
                .contains(" 13");
        assertThat(join(delivered + "€", Mode.INSTRUCTION, "le repas du soir 12 € ou 13", 3))
                .contains(" ou 13");
        assertThat(join(delivered, Mode.PREFILL, space + "€", 3)).contains("€");
        assertThat(join(delivered, Mode.PREFILL, " €", 3)).contains("€");
        assertThat(Seam.anchorOf(delivered)).endsWith("12");
        assertThat(Continuation.document(delivered, "prefill", "{anchor}", OptionalLong.empty())
                        .path("delivered")
                        .asText())
                .endsWith("12");
        assertThat(Continuation.document(space, "prefill", "{anchor}", OptionalLong.empty())
                        .path("mode")
                        .asText())
                .isEqualTo("afresh");
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {"'\n\n','\n\nHi','Hi'", "'\n\n','Hi','Hi'", "' ','\nHi','\nHi'", "'\n','\n    x = 1','    x = 1'"})
    void keepsOneOfTheWhiteSpacesWhenNothingElseWasDelivered(String delivered, String continuation, String text) {
        assertThat(join(delivered, Mode.PREFILL, continuation, 1)).contains(text);
    }

    @Test
    void decidesAfterAFewCharacters() {
        var seam = new Seam("A rather long text that goes on and", Mode.PREFILL, "");

        assertThat(seam.offer(" on")).isInstanceOf(Joined.class);
    }

    @Test
    void takesTheLastWordsForTheAnchor() {
        assertThat(Seam.anchorOf("one two three four five six seven eight nine "))
                .isEqualTo("two three four five six seven eight nine");
        assertThat(Seam.anchorOf("short  ")).isEqualTo("short");
        assertThat(Seam.anchorOf("w".repeat(200))).hasSize(80);
        assertThat(Seam.anchorOf("aaaaaaaaaaaaaaaaaaaa ".repeat(10))).hasSizeLessThanOrEqualTo(80);
    }
}
