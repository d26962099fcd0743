package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.attempt.Runaway.Verdict;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunawayTest {

    private static Runaway of(int maxTokens, Map<String, String> changes) {
        var settings = TestSettings.bind("gaia.provider.runaway", changes, RunawaySettings.class);
        var call = JsonNodeFactory.instance.objectNode();
        if (maxTokens > 0) {
            call.put("max_tokens", maxTokens);
        }
        return new Runaway(call, settings);
    }

    private static JsonNode text(String text) {
        return JsonNodeFactory.instance.objectNode().put("text", text);
    }

    /** The number of the piece at which something was noticed; -1 when nothing was. */
    private static int noticed(Runaway runaway, String piece, int times, Verdict wanted) {
        return IntStream.range(1, times + 1)
                .filter(i -> runaway.add(text(piece)) == wanted)
                .findFirst()
                .orElse(-1);
    }

    @Test
    void endsAnAnswerATenthAboveItsBound() {
        assertThat(noticed(of(100, Map.of()), "word ", 1_000, Verdict.TOO_LONG)).isEqualTo(111);
        assertThat(noticed(of(100, Map.of("excess", "0.5")), "word ", 1_000, Verdict.TOO_LONG))
                .isEqualTo(151);
    }

    @ParameterizedTest
    @ValueSource(strings = {"incomprehensibilities ", "antidisestablishment", "          ", "- ", "東京", "🙂 "})
    void neverEndsWhatATokenizerCouldHaveCountedAsAllowed(String token) {
        // Each of them is one token at least with the common tokenizers, and the bound is not passed.
        assertThat(noticed(of(1_000, Map.of()), token, 500, Verdict.TOO_LONG)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "東", "{\"x\":1}"})
    void noticesWhatHasNoWords(String piece) {
        assertThat(noticed(of(100, Map.of()), piece, 10_000, Verdict.TOO_LONG)).isPositive();
    }

    @Test
    void countsThoughtsAndCallsOfToolsToo() {
        var runaway = of(2, Map.of());
        var event = JsonNodeFactory.instance.objectNode().put("reasoning", "one two");
        event.putArray("tool_calls").addObject().putObject("function").put("arguments", "three four");

        assertThat(runaway.add(event)).isEqualTo(Verdict.TOO_LONG);
    }

    @Test
    void letsAnAnswerWithoutABoundGoOn() {
        assertThat(noticed(of(0, Map.of()), "word ", 100_000, Verdict.TOO_LONG)).isEqualTo(-1);
    }

    @Test
    void noticesALoopOnlyWhenToldTo() {
        var piece = "This sentence has exactly fifty characters in it. ";
        assertThat(piece).hasSize(50);

        assertThat(noticed(of(0, Map.of()), piece, 200, Verdict.LOOPS)).isEqualTo(-1);
        assertThat(noticed(of(0, Map.of("loop-detection", "true")), piece, 200, Verdict.LOOPS))
                .isEqualTo(50);
        assertThat(noticed(of(0, Map.of("loop-detection", "true")), piece + "!", 200, Verdict.LOOPS))
                .isEqualTo(-1);
    }
}
