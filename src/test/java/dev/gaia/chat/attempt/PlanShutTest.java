package dev.gaia.chat.attempt;

import static dev.gaia.chat.attempt.PlanRun.P;
import static dev.gaia.chat.attempt.PlanRun.Q;
import static dev.gaia.chat.attempt.PlanRun.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.Candidate.Prefill;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a plan makes of what other calls learn while it is under way: failures 4, 5 and 6. */
class PlanShutTest {

    private static final Map<String, String> NO_BUDGET = Map.of("budget-floor", "0", "budget-share", "0");

    private PlanRun run = new PlanRun();

    private static Candidate candidate(String name, OptionalLong window) {
        var traits = new Traits(window, false, false, Prefill.NONE, Optional.empty(), Optional.empty());
        return new Candidate(name, name, "model-" + name, false, traits);
    }

    private void othersOpenTheBreaker(Candidate candidate, Kind kind) {
        while (run.routes.shut(candidate, run.now).nanos() == 0) {
            run.otherCallFails(candidate, failure(kind));
        }
    }

    private Ask asked(AttemptPlan plan) {
        return (Ask) plan.next(run.now);
    }

    @Test
    void movesOnForFreeWhenAHostIsGoneForEveryCall() {
        run = new PlanRun(1, NO_BUDGET);
        run.fails(P, failure(Kind.CONNECT));
        var plan = run.plan(P, Q);
        var first = asked(plan);
        othersOpenTheBreaker(P, Kind.CONNECT);

        run.answers(plan, first);

        assertThat(run.run(plan)).containsExactly("q");
    }

    @Test
    void movesOnForFreeWhenABreakerOpensDuringABackOff() {
        run = new PlanRun(1, NO_BUDGET);
        run.fails(P, failure(Kind.TRANSIENT));
        var plan = run.plan(P, Q);
        run.answers(plan, asked(plan));

        othersOpenTheBreaker(P, Kind.TRANSIENT);

        assertThat(run.run(plan)).containsExactly("q");
    }

    @Test
    void paysForTheNextModelWhereNoBreakerIsOpen() {
        run = new PlanRun(1, NO_BUDGET);
        run.fails(P, failure(Kind.SILENT));

        assertThat(run.run(run.plan(P, Q))).containsExactly("p");
        assertThat(run.end().kind()).isEqualTo(Kind.SILENT);
    }

    @Test
    void waitsOutAHintThatCameToAnotherCallToo() {
        run.fails(P, failure(Kind.RATE, Duration.ofSeconds(1)));
        var plan = run.plan(P);
        run.answers(plan, asked(plan));
        run.routes.failed(P, run.routes.force(P, run.now), failure(Kind.RATE, Duration.ofSeconds(20)), run.now);

        assertThat(run.run(plan)).containsExactly("p");

        assertThat(Duration.ofNanos(run.now)).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(24));
    }

    @Test
    void asksTheNextModelWhenTheHintOfAnotherCallIsLong() {
        run.fails(P, failure(Kind.RATE, Duration.ofSeconds(1)));
        var plan = run.plan(P, Q);
        run.answers(plan, asked(plan));
        run.routes.failed(P, run.routes.force(P, run.now), failure(Kind.RATE, Duration.ofSeconds(20)), run.now);

        assertThat(run.run(plan)).containsExactly("q");
    }

    @Test
    void neverAsksAModelThatIsSmallerThanOneThatWasTooSmall() {
        var known = candidate("known", OptionalLong.of(100_000));
        var unknown = candidate("unknown", OptionalLong.empty());
        var small = candidate("small", OptionalLong.of(50_000));
        run.fails(known, failure(Kind.CONTEXT)).fails(unknown, failure(Kind.CONTEXT));

        assertThat(run.run(run.plan(known, unknown, small))).containsExactly("known", "unknown");
        assertThat(run.end().kind()).isEqualTo(Kind.CONTEXT);
    }

    @Test
    void givesTheLastModelTheTimeOfAnOnlyOne() {
        run.fails(P, failure(Kind.SILENT));
        var plan = run.plan(P, Q);
        var first = asked(plan);

        run.answers(plan, first);

        assertThat(first.alone()).isFalse();
        assertThat(asked(plan).alone()).isTrue();
    }

    @Test
    void hurriesWhileAnotherModelIsShutBrieflyOnly() {
        othersOpenTheBreaker(Q, Kind.TRANSIENT);

        assertThat(asked(run.plan(P, Q)).alone()).isFalse();

        run.otherCallFails(P, failure(Kind.AUTH));
        run.now += Duration.ofSeconds(61).toNanos();
        run.otherCallFails(Q, failure(Kind.AUTH));
        assertThat(asked(run.plan(P, Q)).alone()).isTrue();
    }
}
