package dev.gaia.chat.attempt;

import static dev.gaia.chat.attempt.PlanRun.P;
import static dev.gaia.chat.attempt.PlanRun.Q;
import static dev.gaia.chat.attempt.PlanRun.R;
import static dev.gaia.chat.attempt.PlanRun.S;
import static dev.gaia.chat.attempt.PlanRun.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a plan ends that nobody answered: failures 2 and 4.7. */
class PlanEndTest {

    private final PlanRun run = new PlanRun();

    private Optional<Duration> retryAfter() {
        return run.end().details().retryAfter();
    }

    @Test
    void tellsWhenTheLimitedModelMayBeAskedThoughTheNextOneHasOtherFaults() {
        run.fails(P, failure(Kind.RATE), failure(Kind.RATE)).fails(Q, failure(Kind.TRANSIENT), failure(Kind.TRANSIENT));

        assertThat(run.run(run.plan(P, Q))).containsExactly("p", "p", "q", "q");

        assertThat(run.end().kind()).isEqualTo(Kind.RATE);
        var pause = run.routes.shut(P, run.now).nanos();
        assertThat(retryAfter()).contains(Duration.ofNanos(pause));
        assertThat(pause).isGreaterThan(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void tellsWhenTheFirstOfTheLimitedModelsMayBeAskedThoughOneWasNeverAsked() {
        for (var candidate : new Candidate[] {P, Q, R}) {
            run.fails(candidate, failure(Kind.RATE, Duration.ofSeconds(candidate.equals(Q) ? 10 : 20)));
        }

        assertThat(run.run(run.plan(P, Q, R, S))).containsExactly("p", "q", "r");
        assertThat(retryAfter()).contains(Duration.ofSeconds(10));
    }

    @Test
    void tellsASecondAtLeastAfterALimit() {
        run.fails(P, failure(Kind.RATE, Duration.ZERO), failure(Kind.RATE, Duration.ZERO))
                .fails(Q, failure(Kind.TRANSIENT), failure(Kind.TRANSIENT));

        run.run(run.plan(P, Q));

        assertThat(run.end().kind()).isEqualTo(Kind.RATE);
        assertThat(retryAfter()).contains(Duration.ofSeconds(1));
    }

    /** What says more is told, whoever said it. */
    @ParameterizedTest
    @CsvSource({
        "RATE, REQUEST, REQUEST",
        "RATE, CONTEXT, CONTEXT",
        "TRANSIENT, REFUSAL, REFUSAL",
        "TRANSIENT, RATE, RATE",
        "RATE, TRANSIENT, RATE",
        "CONNECT, TRANSIENT, TRANSIENT",
        "SILENT, TRANSIENT, TRANSIENT",
        "SILENT, CONNECT, SILENT",
        "CONNECT, SILENT, CONNECT",
        "LOCAL, SILENT, SILENT"
    })
    void tellsTheFirstOfTheMostInformativeFailures(Kind ofFirst, Kind ofSecond, Kind told) {
        run.fails(P, failure(ofFirst), failure(ofFirst)).fails(Q, failure(ofSecond), failure(ofSecond));

        run.run(run.plan(P, Q));

        assertThat(run.end().kind()).isEqualTo(told);
    }

    @Test
    void tellsTheFirstOfEquals() {
        run.fails(P, new ProviderFailure(Kind.TRANSIENT, "of p"), new ProviderFailure(Kind.TRANSIENT, "of p again"))
                .fails(Q, new ProviderFailure(Kind.TRANSIENT, "of q"), new ProviderFailure(Kind.TRANSIENT, "of q"));

        run.run(run.plan(P, Q));

        assertThat(run.end().getMessage()).isEqualTo("TRANSIENT: of p");
    }

    /** Nobody is kept waiting three times for nothing (failures F06). */
    @Test
    void endsAfterTwoSilentWaitsInARowThoughAModelIsLeft() {
        run.fails(P, failure(Kind.SILENT)).fails(Q, failure(Kind.SILENT));

        assertThat(run.run(run.plan(P, Q, R))).containsExactly("p", "q");
        assertThat(run.end().kind()).isEqualTo(Kind.SILENT);
    }

    @Test
    void asksAThirdModelWhenOneOfTwoSaidSomething() {
        run.fails(P, failure(Kind.SILENT)).fails(Q, failure(Kind.UNKNOWN_MODEL)).fails(R, failure(Kind.SILENT));

        assertThat(run.run(run.plan(P, Q, R))).containsExactly("p", "q", "r");
    }

    @Test
    void waitsInSilenceAsOftenAsTheSettingSays() {
        var patient = new PlanRun(1, Map.of("silent-max", "3"));
        patient.fails(P, failure(Kind.SILENT)).fails(Q, failure(Kind.SILENT));

        assertThat(patient.run(patient.plan(P, Q, R))).containsExactly("p", "q", "r");
    }

    /** Like the only one, it may take longer once it showed a sign of life (failures F07). */
    @Test
    void saysWhichSilenceIsTheLast() {
        run.fails(P, failure(Kind.SILENT));
        var plan = run.plan(P, Q, R);

        var first = (Ask) plan.next(run.now);
        run.answers(plan, first);
        var second = (Ask) plan.next(run.now);

        assertThat(first.lastWait()).isFalse();
        assertThat(second.lastWait()).isTrue();
        assertThat(second.alone()).as("it may break off otherwise").isFalse();
    }

    @Test
    void takesARefusalToTheNextModelForACallerWhomItIsNotToStop() {
        run.fails(P, failure(Kind.REFUSAL));

        assertThat(run.run(run.plan(PlanRun.TABLE.takingRefusalsOn(), P, Q))).containsExactly("p", "q");
    }

    @Test
    void countsRescuesAmongTheAttemptsOfACall() {
        var twice = new ProviderFailure[] {failure(Kind.TRANSIENT), failure(Kind.TRANSIENT)};
        run.fails(P, twice).fails(Q, twice).fails(R, failure(Kind.TRANSIENT));
        var plan = run.plan(P, Q, R);
        assertThat(run.run(plan)).as("the last one answers, and breaks off").hasSize(6);

        assertThat(plan.sameSuccessor(true, run.now)).isEmpty();
        assertThat(plan.successor(10, run.now)).isEmpty();
        assertThat(plan.sameSuccessor(true, run.now)).isEmpty();
    }

    @Test
    void goesOnWithTheNextModelWhileAttemptsAreLeft() {
        var plan = run.plan(P, Q, R);
        run.run(plan);

        assertThat(plan.successor(10, run.now).map(Ask::candidate)).contains(Q);
        assertThat(plan.sameSuccessor(true, run.now).map(Ask::freshConnection)).contains(true);
        assertThat(plan.successor(10, run.now).map(Ask::candidate)).contains(R);
        assertThat(plan.successor(10, run.now)).isEmpty();
    }
}
