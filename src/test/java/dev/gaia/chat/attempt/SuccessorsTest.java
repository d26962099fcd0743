package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.Candidate.Prefill;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who goes on with a stream that broke off. */
class SuccessorsTest {

    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
    private static final Candidate P = candidate("p", OptionalLong.empty());
    private static final Candidate Q = candidate("q", OptionalLong.empty());
    private static final Candidate R = candidate("r", OptionalLong.empty());

    private long now;
    private AttemptSettings settings = TestSettings.attempts(Map.of());
    private Routes routes = routes(1);

    private static Candidate candidate(String name, OptionalLong window) {
        var traits = new Traits(window, false, false, Prefill.NONE, Optional.empty(), Optional.empty());
        return new Candidate(name, name, "model-" + name, false, traits);
    }

    private Routes routes(int keys) {
        return new Routes(TABLE, settings, new Random(1), route -> keys, (name, state) -> {});
    }

    private AttemptPlan begun(int attemptsMax, Candidate... candidates) {
        long deadline = now + Duration.ofSeconds(90).toNanos();
        var plan = new AttemptPlan(List.of(candidates), routes, TABLE, settings, new Random(2), deadline, attemptsMax);
        assertThat(plan.next(now)).isInstanceOfSatisfying(Ask.class, this::breaks);
        return plan;
    }

    private void breaks(Ask ask) {
        routes.failed(ask.candidate(), ask.leave(), new ProviderFailure(Kind.BROKEN, "test"), now);
    }

    private static Optional<String> name(Optional<Ask> ask) {
        return ask.map(one -> one.candidate().provider() + one.leave().key());
    }

    @Test
    void areTheNextModelsInOrder() {
        var plan = begun(6, P, Q, R);

        assertThat(name(plan.successor(10, now))).contains("q0");
        assertThat(name(plan.successor(10, now))).contains("r0");
        assertThat(name(plan.successor(10, now))).isEmpty();
    }

    @Test
    void leaveOutModelsThatCannotHoldTheText() {
        var small = candidate("small", OptionalLong.of(10));

        assertThat(name(begun(6, P, small, R).successor(10, now))).contains("r0");
        assertThat(name(begun(6, P, small, R).successor(9, now))).contains("small0");
    }

    @Test
    void areNoMoreThanTheAttemptsAndModelsOfACall() {
        assertThat(name(begun(1, P, Q).successor(10, now))).isEmpty();
        var plan = begun(2, P, Q, R);
        assertThat(name(plan.successor(10, now))).contains("q0");
        assertThat(name(plan.sameSuccessor(false, now))).isEmpty();
        assertThat(name(plan.successor(10, now))).isEmpty();

        settings = TestSettings.attempts(Map.of("candidates-max", "2"));
        var few = begun(6, P, Q, R);
        assertThat(name(few.successor(10, now))).contains("q0");
        assertThat(name(few.successor(10, now))).isEmpty();
    }

    @Test
    void haveBudgetLeftAtTheirProvider() {
        while (routes.tryExtra(Q, now)) {
            // until nothing is left
        }

        assertThat(name(begun(6, P, Q, R).successor(10, now))).contains("r0");
    }

    /** The answer of a model that is only being tried out may break off too; the trial is left to another call. */
    @Test
    void areNotModelsThatAreBeingTriedOut() {
        while (routes.shut(Q, now).nanos() == 0) {
            routes.enter(Q, now)
                    .ifPresent(leave -> routes.failed(Q, leave, new ProviderFailure(Kind.TRANSIENT, "test"), now));
        }
        now += routes.shut(Q, now).nanos();

        assertThat(name(begun(6, P, Q, R).successor(10, now))).contains("r0");
        assertThat(routes.enter(Q, now)).get().matches(Gate.Leave::probe);
    }

    @Test
    void areTheSameModelsWithOtherKeysWhenNoOtherModelIsLeft() {
        routes = routes(2);
        var plan = begun(6, P, Q);

        assertThat(name(plan.successor(10, now))).contains("q0");
        assertThat(name(plan.successor(10, now))).contains("p1");
        assertThat(name(plan.sameSuccessor(false, now))).contains("p1");
        assertThat(name(plan.successor(10, now))).contains("q1");
        assertThat(name(plan.successor(10, now))).isEmpty();
    }

    @Test
    void useTheNextKeyAtOnceWhenOneIsRefused() {
        routes = routes(2);
        var plan = begun(6, P, Q, R);
        var refused = plan.successor(10, now).orElseThrow();
        routes.failed(Q, refused.leave(), new ProviderFailure(Kind.AUTH, "test"), now);

        var next = plan.sameWithOtherKey(now);

        assertThat(name(next)).contains("q1");
        routes.failed(Q, next.orElseThrow().leave(), new ProviderFailure(Kind.AUTH, "test"), now);
        assertThat(name(plan.sameWithOtherKey(now))).isEmpty();
        assertThat(name(plan.successor(10, now))).contains("r0");
    }
}
