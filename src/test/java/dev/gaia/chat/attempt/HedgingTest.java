package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.attempt.Candidate.Traits;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HedgingTest {

    private static final Candidate MODEL = new Candidate("p", "p", "model", false, Traits.UNKNOWN);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private static Hedging hedging(Map<String, String> changes) {
        return new Hedging(TestSettings.bind("gaia.provider.hedging", changes, HedgeSettings.class));
    }

    private static Hedging on() {
        return hedging(Map.of("enabled", "true"));
    }

    private static JsonNode call(String json) {
        try {
            return new ObjectMapper().readTree(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void began(Hedging hedging, int times, double seconds) {
        for (int i = 0; i < times; i++) {
            hedging.began("model", (long) (seconds * SECOND));
        }
    }

    @Test
    void isOffUnlessToldOtherwise() {
        var hedging = hedging(Map.of());
        began(hedging, 100, 3);

        assertThat(hedging.delay(MODEL, call("{}"))).isEmpty();
    }

    @Test
    void waitsForThe95thPercentileOfRecentTimes() {
        var hedging = on();
        began(hedging, 94, 2);
        began(hedging, 2, 5);
        began(hedging, 4, 9);

        assertThat(hedging.delay(MODEL, call("{}"))).hasValue(5 * SECOND);
        began(hedging, 100, 3);
        assertThat(hedging.delay(MODEL, call("{}"))).hasValue(3 * SECOND);
    }

    @Test
    void waitsForASecondAtLeast() {
        var hedging = on();
        began(hedging, 100, 0.2);

        assertThat(hedging.delay(MODEL, call("{}"))).hasValue(SECOND);
    }

    @Test
    void doesNotGuessWhatIsSlow() {
        var hedging = on();
        began(hedging, 19, 2);
        assertThat(hedging.delay(MODEL, call("{}"))).isEmpty();

        began(hedging, 1, 2);
        assertThat(hedging.delay(MODEL, call("{}"))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'tools':[{'type':'function'}]}", "{'n':2}"})
    void asksNothingTwiceThatMustNotBe(String json) {
        var hedging = on();
        began(hedging, 100, 2);

        assertThat(hedging.delay(MODEL, call(json))).isEmpty();
    }

    @Test
    void sendsNoLongPromptTwice() {
        var hedging = on();
        began(hedging, 100, 2);
        var text = "word".repeat(21_000);

        assertThat(hedging.delay(MODEL, call("{'messages':[{'role':'user','content':'" + text + "'}]}")))
                .isEmpty();
    }

    @Test
    void asksTwiceForATwentiethOfAllCalls() {
        var hedging = on();
        int hedged = 0;
        for (int i = 0; i < 1_000; i++) {
            hedging.countCall(i);
            hedged += hedging.tryHedge(i) ? 1 : 0;
        }

        assertThat(hedged).isEqualTo(50);
    }
}
