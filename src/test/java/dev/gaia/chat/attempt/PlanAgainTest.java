package dev.gaia.chat.attempt;

import static dev.gaia.chat.attempt.PlanRun.P;
import static dev.gaia.chat.attempt.PlanRun.Q;
import static dev.gaia.chat.attempt.PlanRun.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.AttemptPlan.Wait;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a plan asks the same model once more: failures 2 and 3. */
class PlanAgainTest {

    private final PlanRun run = new PlanRun();

    @Test
    void leavesTheNextModelAnAttemptWhenEveryKeyIsRevoked() {
        var keys = new PlanRun(7, Map.of());
        keys.fails(P, Collections.nCopies(7, failure(Kind.AUTH)).toArray(ProviderFailure[]::new));

        assertThat(keys.run(keys.plan(P, Q))).containsExactly("p", "p", "p", "p", "p", "q");
    }

    @Test
    void triesEveryKeyOfTheOnlyModel() {
        var keys = new PlanRun(7, Map.of());
        keys.fails(P, Collections.nCopies(7, failure(Kind.AUTH)).toArray(ProviderFailure[]::new));

        assertThat(keys.run(keys.plan(P))).hasSize(6).containsOnly("p");
    }

    @Test
    void asksOnAFreshConnectionAlsoAfterAnotherFault() {
        run.fails(P, failure(Kind.TRANSIENT), failure(Kind.CONNECT));

        assertThat(run.run(run.plan(P))).containsExactly("p", "p", "p!");
    }

    @Test
    void asksOnAFreshConnectionOnceOnly() {
        run.fails(P, failure(Kind.CONNECT), failure(Kind.TRANSIENT), failure(Kind.CONNECT));

        assertThat(run.run(run.plan(P))).containsExactly("p", "p!", "p");
        assertThat(run.end().kind()).isEqualTo(Kind.TRANSIENT);
    }

    @Test
    void asksNoModelMoreThanTwiceWhileAnotherIsLeft() {
        run.fails(P, failure(Kind.TRANSIENT), failure(Kind.CONNECT));

        assertThat(run.run(run.plan(P, Q))).containsExactly("p", "p", "q");
    }

    @Test
    void asksNobodyAgainWhoseFaultWillLast() {
        run.fails(P, new ProviderFailure(Kind.TRANSIENT, "test", Details.NONE.with(Sign.LASTING)));

        assertThat(run.run(run.plan(P))).containsExactly("p");
    }

    /** What is learnt while a call waits holds for it too. */
    @Test
    void goesToTheNextModelWhenAnotherCallWasGivenALongHint() {
        var plan = run.plan(P, Q);
        var other = run.routes.enter(P, run.now).orElseThrow();
        limitWithoutHint(plan);

        run.routes.failed(P, other, failure(Kind.RATE, Duration.ofSeconds(20)), run.now);

        assertThat(run.run(plan)).containsExactly("q");
    }

    @Test
    void goesToTheNextModelWhenAnotherCallHadBeenGivenALongHint() {
        var plan = run.plan(P, Q);
        var ask = (Ask) plan.next(run.now);
        run.otherCallFails(P, failure(Kind.RATE, Duration.ofSeconds(20)));
        run.fails(P, failure(Kind.RATE));
        run.answers(plan, ask);

        assertThat(run.run(plan)).containsExactly("q");
    }

    @Test
    void goesToTheNextModelWhenTheBreakerOpenedMeanwhile() {
        var plan = run.plan(P, Q);
        var others = List.of(
                run.routes.enter(P, run.now).orElseThrow(),
                run.routes.enter(P, run.now).orElseThrow(),
                run.routes.enter(P, run.now).orElseThrow());
        limitWithoutHint(plan);

        others.forEach(leave -> run.routes.failed(P, leave, failure(Kind.TRANSIENT), run.now));

        assertThat(run.run(plan)).containsExactly("q");
    }

    private void limitWithoutHint(AttemptPlan plan) {
        run.fails(P, failure(Kind.RATE));
        run.answers(plan, (Ask) plan.next(run.now));
        assertThat(plan.next(run.now)).isInstanceOf(Wait.class);
    }

    @ParameterizedTest
    @CsvSource({"3000, true", "3001, false"})
    void waitsOutAHintUpToItsBound(long millis, boolean waits) {
        run.fails(P, failure(Kind.RATE, Duration.ofMillis(millis)));

        assertThat(run.run(run.plan(P, Q))).containsExactly("p", waits ? "p" : "q");
        assertThat(run.now / 1_000_000).isBetween(waits ? 3_000L : 0, waits ? 3_300L : 0);
    }

    /** The wait and a second more must fit the deadline (failures 4.4). */
    @ParameterizedTest
    @CsvSource({"2900, q", "3300, p"})
    void waitsOnlyWhenAnAnswerCanStillCome(long leftMillis, String next) {
        run.fails(P, failure(Kind.RATE, Duration.ofSeconds(2)));

        assertThat(run.run(run.plan(Duration.ofMillis(leftMillis), P, Q))).containsExactly("p", next);
    }
}
