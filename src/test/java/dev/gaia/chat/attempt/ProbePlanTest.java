package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.AttemptPlan.GiveUp;
import dev.gaia.chat.attempt.AttemptPlan.Wait;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call pays that tries out a model, and what its provider's budget allows it (failures 5 and 6). */
class ProbePlanTest {

    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
    private static final Candidate P = candidate("p");
    private static final Candidate Q = candidate("q");

    private long now;

    private static Candidate candidate(String name) {
        return new Candidate(name, name, "model-" + name, false, Traits.UNKNOWN);
    }

    private static ProviderFailure failure(Kind kind) {
        return new ProviderFailure(kind, "test");
    }

    private static Routes routes(AttemptSettings settings) {
        return new Routes(TABLE, settings, new Random(1), route -> 1, (name, state) -> {});
    }

    private AttemptPlan plan(Routes routes, AttemptSettings settings) {
        return new AttemptPlan(List.of(P, Q), routes, TABLE, settings, new Random(2), now + (1L << 40), 6);
    }

    /** Who is asked when the first model fails like this. */
    private List<String> run(Routes routes, AttemptPlan plan, ProviderFailure ofFirst) {
        var asked = new ArrayList<String>();
        while (true) {
            switch (plan.next(now)) {
                case Wait wait -> now += wait.nanos();
                case GiveUp end -> {
                    asked.add("give up " + end.failure().kind());
                    return asked;
                }
                case Ask ask -> {
                    asked.add(ask.candidate().provider());
                    if (ask.candidate().equals(Q)) {
                        routes.succeeded(Q, ask.leave(), now);
                        return asked;
                    }
                    routes.failed(P, ask.leave(), ofFirst, now);
                    plan.failed(ofFirst, now);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"TRANSIENT", "CONNECT", "SILENT", "BROKEN"})
    void asksTheFallbackInTheSameCallAfterOneAttemptOnAModelThatIsStillAway(Kind kind) {
        var settings = TestSettings.attempts(Map.of());
        var routes = routes(settings);
        for (int i = 0; i < 3; i++) {
            routes.failed(P, routes.enter(P, now).orElseThrow(), failure(kind), now);
        }
        assertThat(run(routes, plan(routes, settings), failure(kind))).containsExactly("q");
        long before = now += Duration.ofSeconds(2).toNanos();

        assertThat(run(routes, plan(routes, settings), failure(kind))).containsExactly("p", "q");

        assertThat(now).as("without a wait").isEqualTo(before);
        assertThat(run(routes, plan(routes, settings), failure(kind))).containsExactly("q");
    }

    @Test
    void takesNoCallToAModelWhoseBudgetIsSpent() {
        var settings = TestSettings.attempts(Map.of("budget-floor", "0", "budget-share", "0"));
        var routes = routes(settings);

        assertThat(run(routes, plan(routes, settings), failure(Kind.SILENT))).containsExactly("p", "give up SILENT");
        assertThat(routes.enter(Q, now).orElseThrow().route().probe()).isFalse();
    }

    @Test
    void goesOnWithNoStreamAtAModelWhoseBudgetIsSpent() {
        var settings = TestSettings.attempts(Map.of("budget-floor", "0", "budget-share", "0"));
        var routes = routes(settings);
        var plan = plan(routes, settings);
        plan.next(now);

        assertThat(plan.successor(10, now)).isEmpty();
    }

    @Test
    void countsFailOversAndStreamsThatGoOnAtTheModelTheyGoTo() {
        var settings = TestSettings.attempts(Map.of("budget-floor", "2", "budget-share", "0"));
        var routes = routes(settings);

        assertThat(run(routes, plan(routes, settings), failure(Kind.SILENT))).containsExactly("p", "q");
        var broken = plan(routes, settings);
        broken.next(now);
        assertThat(broken.successor(10, now)).isPresent();

        assertThat(routes.budgetLeft("q", now)).isZero();
        assertThat(routes.budgetLeft("p", now)).isEqualTo(2);
        assertThat(run(routes, plan(routes, settings), failure(Kind.SILENT))).containsExactly("p", "give up SILENT");
    }
}
