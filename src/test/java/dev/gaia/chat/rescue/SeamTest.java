package dev.gaia.chat.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.rescue.Seam.Hold;
import dev.gaia.chat.rescue.Seam.Joined;
import dev.gaia.chat.rescue.Seam.Mode;
import dev.gaia.chat.rescue.Seam.Rejected;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    /** Feeds a continuation in pieces of so many characters; what the client gets, or nothing when it is refused. */
    private static Optional<String> join(String delivered, Mode mode, String continuation, int pieceLength) {
        var seam = new Seam(delivered, mode, Seam.anchorOf(delivered));
        for (int at = 0; at < continuation.length(); at += pieceLength) {
            int end = Math.min(continuation.length(), at + pieceLength);
            switch (seam.offer(continuation.substring(at, end))) {
                case Joined joined -> {
                    return Optional.of(joined.text() + continuation.substring(end));
                }
                case Rejected rejected -> {
                    return Optional.empty();
                }
                case Hold hold -> {
                    // more text is needed
                }
            }
        }
        return switch (seam.finish()) {
            case Joined joined -> Optional.of(joined.text());
            case Rejected rejected -> Optional.empty();
            case Hold hold -> throw new AssertionError("undecided at the end");
        };
    }

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

    @Test
    void treatsAnyWhiteSpaceAsOne() {
        var delivered = "First line of text\nsecond line of the text";
        assertThat(join(delivered, Mode.INSTRUCTION, "First  line of text second line of the text ends.", 4))
                .contains(" ends.");
    }

    @Test
    void setsWordsApartThatWouldTouch() {
        var delivered = "he wrote these five longer words";
        assertThat(join(delivered, Mode.INSTRUCTION, "\"" + delivered + "\" again", 100))
                .isPresent();
    }

    @Test
    void finishesWhenTheAnswerWasWhole() {
        var delivered = "That is all I have to say about this.";
        assertThat(join(delivered, Mode.INSTRUCTION, Seam.anchorOf(delivered), 3))
                .contains("");
        assertThat(join(delivered, Mode.INSTRUCTION, delivered.substring(0, 30), 3))
                .contains("");
    }

    @Test
    void decidesAfterAFewCharacters() {
        var seam = new Seam("A rather long text that goes on and", Mode.PREFILL, "");

        assertThat(seam.offer(" on")).isInstanceOf(Joined.class);
    }

    @Test
    void givesUpHoldingAtItsBound() {
        var seam = new Seam("word ".repeat(300), Mode.INSTRUCTION, "never");
        assertThat(seam.offer("x".repeat(600))).isInstanceOf(Rejected.class);
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
