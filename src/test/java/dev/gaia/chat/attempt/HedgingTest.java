package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HedgingTest {

    private static final Candidate MODEL = new Candidate("p", "p", "model", false, Traits.UNKNOWN);
    private static final Candidate SECOND_MODEL = new Candidate("q", "q", "model-q", false, Traits.UNKNOWN);
    private static final Candidate THIRD_MODEL = new Candidate("r", "r", "model-r", false, Traits.UNKNOWN);
    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
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
            hedging.began("p", "model", (long) (seconds * SECOND));
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

    @Test
    void knowsTheSameModelOfEachProviderApart() {
        var hedging = on();
        began(hedging, 100, 2);

        assertThat(hedging.delay(new Candidate("other", "other", "model", false, Traits.UNKNOWN), call("{}")))
                .isEmpty();
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

    /** The first model's request is under way, and slow. */
    private static AttemptPlan underWay(Gate gate, AttemptSettings settings, long now) {
        var plan = new AttemptPlan(
                List.of(MODEL, SECOND_MODEL, THIRD_MODEL),
                gate,
                TABLE,
                settings,
                new Random(2),
                now + 90 * SECOND,
                settings.perCallMax());
        assertThat(plan.next(now))
                .asInstanceOf(type(Ask.class))
                .extracting(Ask::candidate)
                .isEqualTo(MODEL);
        return plan;
    }

    private static Routes routes(AttemptSettings settings) {
        return new Routes(TABLE, settings, new Random(1), route -> 1, (name, state) -> {});
    }

    private static void open(Routes routes, Candidate candidate, long now) {
        for (int i = 0; i < 3; i++) {
            var leave = routes.enter(candidate, now).orElseThrow();
            routes.failed(candidate, leave, new ProviderFailure(Kind.TRANSIENT, "test"), now);
        }
        assertThat(routes.enter(candidate, now)).isEmpty();
    }

    /** A route that failed goes on with nobody's answer; one that was only let go may (failures 11.1). */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goesOnWithTheSecondModelUnlessItFailed(boolean failed) {
        var settings = TestSettings.attempts(Map.of());
        var plan = underWay(routes(settings), settings, 0);
        assertThat(plan.hedge(0)).isPresent();
        if (failed) {
            plan.hedgeFailed(new ProviderFailure(Kind.TRANSIENT, "test"));
        }

        assertThat(plan.successor(0, 1).map(Ask::candidate)).contains(failed ? THIRD_MODEL : SECOND_MODEL);
    }

    @Test
    void asksTheNextModelWhoseBreakerIsClosed() {
        var settings = TestSettings.attempts(Map.of());
        var routes = routes(settings);
        assertThat(underWay(routes, settings, 0).hedge(0).orElseThrow().candidate())
                .isEqualTo(SECOND_MODEL);

        open(routes, SECOND_MODEL, 0);
        assertThat(underWay(routes, settings, 0).hedge(0).orElseThrow().candidate())
                .isEqualTo(THIRD_MODEL);

        open(routes, THIRD_MODEL, 0);
        assertThat(underWay(routes, settings, 0).hedge(0)).isEmpty();
    }

    @Test
    void leavesTheProbeOfAnotherModelToACallThatNeedsIt() {
        var settings = TestSettings.attempts(Map.of());
        var routes = routes(settings);
        open(routes, SECOND_MODEL, 0);
        open(routes, THIRD_MODEL, 0);

        assertThat(underWay(routes, settings, 3 * SECOND).hedge(3 * SECOND)).isEmpty();
        assertThat(routes.enter(SECOND_MODEL, 3 * SECOND).orElseThrow().route().probe())
                .isTrue();
    }

    @Test
    void asksNobodyBesideAModelThatIsTriedOut() {
        var settings = TestSettings.attempts(Map.of());
        var routes = routes(settings);
        open(routes, MODEL, 0);

        assertThat(underWay(routes, settings, 3 * SECOND).hedge(3 * SECOND)).isEmpty();
    }

    @Test
    void asksNobodyBesideAModelWhoseBreakerOpenedMeanwhile() {
        var settings = TestSettings.attempts(Map.of());
        var routes = routes(settings);
        var plan = underWay(routes, settings, 0);
        open(routes, MODEL, 0);

        assertThat(plan.hedge(3 * SECOND))
                .as("its time is over, but nobody tried it out")
                .isEmpty();
    }

    @Test
    void drawsOnTheRetryBudget() {
        var settings = TestSettings.attempts(Map.of("budget-floor", "0", "budget-share", "0"));

        assertThat(underWay(routes(settings), settings, 0).hedge(0)).isEmpty();
    }
}
