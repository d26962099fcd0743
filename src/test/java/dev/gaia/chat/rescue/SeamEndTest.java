package dev.gaia.chat.rescue;

import static dev.gaia.chat.rescue.Continued.join;
import static dev.gaia.chat.rescue.Continued.seam;
import static dev.gaia.chat.rescue.Continued.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.rescue.Seam.Hold;
import dev.gaia.chat.rescue.Seam.Joined;
import dev.gaia.chat.rescue.Seam.Mode;
import dev.gaia.chat.rescue.Seam.Rejected;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A seam whose continuation ends, or gets too long or takes too long, before it is clear where it joins. */
class SeamEndTest {

    private static final String DELIVERED =
            "The harvest of the year was good, they said in the village, and so all of us were glad";
    private static final String LONG =
            IntStream.range(1_000, 2_600).mapToObj(String::valueOf).collect(Collectors.joining(" "));

    // --- the continuation takes too long

    @ParameterizedTest
    @EnumSource(Mode.class)
    void holdsARestartHoweverLongItTakes(Mode mode) {
        var seam = seam(LONG, mode);

        for (int at = 0; at < LONG.length(); at += 300) {
            int end = Math.min(at + 300, LONG.length());
            assertThat(seam.offer(LONG.substring(at, end))).isInstanceOf(Hold.class);
            assertThat(seam.expire()).as("after %d", end).isInstanceOf(Hold.class);
        }
        assertThat(text(seam.offer(" and on"))).contains(" and on");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void refusesASlowRestartThatDiffers(Mode mode) {
        var seam = seam(DELIVERED, mode);

        seam.offer(DELIVERED.substring(0, 24));
        seam.expire();

        assertThat(seam.offer("bad")).isInstanceOf(Rejected.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\n"})
    void decidesNothingBeforeTheFirstWord(String held) {
        for (var mode : Mode.values()) {
            var seam = seam(DELIVERED, mode);
            seam.offer(held);

            assertThat(seam.expire()).as("%s", mode).isInstanceOf(Hold.class);
            assertThat(text(seam.offer(DELIVERED + " again"))).contains(" again");
        }
    }

    @Test
    void takesTooShortARestartForNoneWhenTimeIsUp() {
        var begun = DELIVERED.substring(0, 23);
        var prefilled = seam(DELIVERED, Mode.PREFILL);
        var told = seam(DELIVERED, Mode.INSTRUCTION);
        prefilled.offer(begun);
        told.offer(begun);

        assertThat(text(prefilled.expire())).contains(begun);
        assertThat(told.expire()).isInstanceOf(Rejected.class);
    }

    @Test
    void refusesHalfAnAnchorWhenTimeIsUp() {
        var seam = seam(DELIVERED, Mode.INSTRUCTION);
        seam.offer(Seam.anchorOf(DELIVERED).substring(0, 20));

        assertThat(seam.expire()).isInstanceOf(Rejected.class);
    }

    /** Otherwise the white space that the client has would be handed on a second time. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void waitsForTheFirstWordAfterWhatTheClientHas(Mode mode) {
        for (var repeated : List.of(DELIVERED, LONG)) {
            var seam = seam(repeated + " ", mode);

            assertThat(seam.offer(repeated)).isInstanceOf(Hold.class);
            assertThat(seam.expire()).isInstanceOf(Hold.class);
            assertThat(text(seam.offer(" again"))).contains("again");
        }
    }

    @Test
    void joinsTheOverlapThatIsThereWhenTimeIsUp() {
        var seam = seam("Once " + "word ".repeat(90) + "ticktack ticktack ticktack", Mode.INSTRUCTION);

        assertThat(seam.offer("ticktack ticktack")).isInstanceOf(Hold.class);
        assertThat(seam.expire()).isInstanceOf(Hold.class);
        assertThat(seam.offer(" tick")).isInstanceOf(Hold.class);
        assertThat(text(seam.expire())).contains(" tick");
        seam = seam("Once " + "word ".repeat(90) + "ticktack ticktack ticktack", Mode.INSTRUCTION);
        assertThat(seam.offer("ticktack ticktack")).isInstanceOf(Hold.class);
        assertThat(text(seam.offer(", it went"))).contains(", it went");
    }

    // --- the continuation gets too long

    @Test
    void refusesWhatIsNoAnchorAfter512Characters() {
        for (var unclear : List.of("…".repeat(512), "```" + "x".repeat(509))) {
            var seam = seam("```\n" + DELIVERED, Mode.INSTRUCTION);

            assertThat(seam.offer(unclear.substring(0, 511))).isInstanceOf(Hold.class);
            assertThat(seam.offer(unclear.substring(511))).isInstanceOf(Rejected.class);
        }
    }

    @Test
    void takesAnOverlapThatIsUnclearAfter512CharactersForText() {
        var spaced = LONG.substring(LONG.length() - 509).replace(" ", "  ").substring(0, 512);
        var seam = seam(LONG, Mode.PREFILL);

        assertThat(seam.offer(spaced.substring(0, 511))).isInstanceOf(Hold.class);
        assertThat(text(seam.offer(spaced.substring(511)))).contains(spaced);
    }

    /** More than that is no restart of the text, and handing it on would repeat the text. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void refusesARestartThatIs256CharactersTooLong(Mode mode) {
        var begun = LONG.substring(0, 2_000);
        int most = LONG.length() + 256;
        var seam = seam(LONG, mode);

        assertThat(seam.offer(begun + " ".repeat(most - 2_001))).isInstanceOf(Hold.class);
        assertThat(seam.offer(" ")).isInstanceOf(Rejected.class);
    }

    // --- the continuation ends

    @ParameterizedTest
    @EnumSource(Mode.class)
    void finishesWhenTheContinuationStopsWithinWhatTheClientHas(Mode mode) {
        for (int length = 24; length <= DELIVERED.length(); length++) {
            assertThat(join(DELIVERED, mode, DELIVERED.substring(0, length), 3)).contains("");
        }
    }

    @Test
    void finishesWhenTheContinuationIsTheAnchor() {
        for (var reason : List.of("stop", "length")) {
            assertThat(join(DELIVERED, Mode.INSTRUCTION, List.of(Seam.anchorOf(DELIVERED)), reason))
                    .as(reason)
                    .contains("");
        }
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "'```python\nprint(1)','\n```'",
                "'**Answer: 42','**'",
                "'The answer is \"no','\".'",
                "'T is a T','T'"
            })
    void keepsAShortEndAfterAPrefill(String delivered, String end) {
        assertThat(join(delivered, Mode.PREFILL, end, 1)).contains(end);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "...",
                "\"",
                "…",
                "T",
                "The",
                "The harvest of the year",
                "t",
                "the village, and so all of us were"
            })
    void takesALittleOfTheTextForNoEndOfIt(String end) {
        assertThat(join(DELIVERED, Mode.INSTRUCTION, end, 1)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"length,PREFILL", "length,INSTRUCTION", "tool_calls,PREFILL", "tool_calls,INSTRUCTION"})
    void refusesARestartThatIsCutWithinWhatTheClientHas(String reason, Mode mode) {
        assertThat(join(DELIVERED, mode, List.of(DELIVERED.substring(0, 60)), reason))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"The harvest of the year was good, they said", "The", ""})
    void refusesNothingThatAContentFilterEnded(String said) {
        assertThat(join(DELIVERED, Mode.INSTRUCTION, List.of(said), "content_filter"))
                .contains("");
    }

    @Test
    void takesAnEmptyContinuationAfterAPrefillForTheEnd() {
        assertThat(join(DELIVERED, Mode.PREFILL, List.of(), "stop")).contains("");
        assertThat(join(DELIVERED, Mode.INSTRUCTION, List.of(), "stop")).isEmpty();
    }

    @Test
    void tellsWhatWasDropped() {
        var seam = seam(DELIVERED, Mode.INSTRUCTION);
        seam.offer(DELIVERED.substring(0, 40));

        assertThat(seam.finish("stop")).isEqualTo(new Joined("", DELIVERED.substring(0, 40)));
    }
}
