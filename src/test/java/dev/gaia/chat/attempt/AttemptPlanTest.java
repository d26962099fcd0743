package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.AttemptPlan.GiveUp;
import dev.gaia.chat.attempt.AttemptPlan.Wait;
import dev.gaia.chat.attempt.Candidate.Prefill;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttemptPlanTest {

    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
    private static final Candidate P = candidate("p");
    private static final Candidate Q = candidate("q");
    private static final Candidate R = candidate("r");

    private final AttemptSettings settings = TestSettings.attempts(Map.of());
    private final Routes routes = new Routes(TABLE, settings, new Random(1), route -> 1, (name, state) -> {});
    private long now;

    private static Candidate candidate(String name) {
        return new Candidate(name, name, "model-" + name, false, Traits.UNKNOWN);
    }

    private static Candidate candidate(String name, long window) {
        var traits =
                new Traits(OptionalLong.of(window), false, false, Prefill.NONE, Optional.empty(), Optional.empty());
        return new Candidate(name, name, "model-" + name, false, traits);
    }

    private static ProviderFailure failure(Kind kind) {
        return new ProviderFailure(kind, "test");
    }

    private static ProviderFailure limited(Duration hint) {
        return new ProviderFailure(Kind.RATE, "test", Details.NONE.retryAfter(hint));
    }

    private AttemptPlan plan(Candidate... candidates) {
        return plan(settings.perCallMax(), candidates);
    }

    private AttemptPlan plan(int attemptsMax, Candidate... candidates) {
        return new AttemptPlan(
                List.of(candidates),
                routes,
                TABLE,
                settings,
                new Random(2),
                now + Duration.ofSeconds(90).toNanos(),
                attemptsMax);
    }

    /** Runs a plan in which each provider fails as told; what was asked, with the moments in milliseconds. */
    private List<String> run(AttemptPlan plan, Map<String, ProviderFailure> failures) {
        var log = new ArrayList<String>();
        while (true) {
            switch (plan.next(now)) {
                case Wait wait -> now += wait.nanos();
                case GiveUp end -> {
                    log.add("give up " + end.failure().kind());
                    return log;
                }
                case Ask ask -> {
                    var name = ask.candidate().provider();
                    log.add(name + (ask.freshConnection() ? "!" : "") + "@" + now / 1_000_000);
                    var failure = failures.get(name);
                    if (failure == null) {
                        routes.succeeded(ask.candidate(), ask.leave(), now);
                        return log;
                    }
                    routes.failed(ask.candidate(), ask.leave(), failure, now);
                    plan.failed(failure, now);
                }
            }
        }
    }

    private static List<String> names(List<String> log) {
        return log.stream().map(entry -> entry.replaceAll("@.*", "")).toList();
    }

    private static long gap(List<String> log, int first) {
        return moment(log.get(first + 1)) - moment(log.get(first));
    }

    private static long moment(String entry) {
        return Long.parseLong(entry.substring(entry.indexOf('@') + 1));
    }

    @Test
    void asksOneModelWhenAllIsWell() {
        assertThat(run(plan(P, Q), Map.of())).containsExactly("p@0");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RATE", "TRANSIENT", "SILENT", "CONNECT"})
    void makesNoMoreAttemptsThanTheCallAllows(Kind kind) {
        assertThat(names(run(plan(1, P, Q), Map.of("p", failure(kind))))).containsExactly("p", "give up " + kind);
        assertThat(run(plan(2, P, Q, R), Map.of("p", failure(kind), "q", failure(kind), "r", failure(kind))))
                .hasSize(3);
    }

    @Test
    void waitsOutAShortHint() {
        var log = run(plan(P), Map.of("p", limited(Duration.ofMillis(1_500))));

        assertThat(names(log)).containsExactly("p", "p", "p", "give up RATE");
        assertThat(gap(log, 0)).isBetween(1_500L, 1_650L);
    }

    @Test
    void asksNobodyMoreWhenTheProcessStops() {
        var stops = new ProviderFailure(Kind.LOCAL, "test", Details.NONE.with(Sign.STOPPING));

        assertThat(names(run(plan(P, Q, R), Map.of("p", stops)))).containsExactly("p", "give up LOCAL");
    }

    @Test
    void neverAsksTwiceWithinASecondAfterAHint() {
        var log = run(plan(P), Map.of("p", limited(Duration.ZERO)));

        assertThat(gap(log, 0)).isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void asksTheNextModelAtOnceAfterALongHintAndLeavesTheFirstAlone() {
        assertThat(run(plan(P, Q), Map.of("p", limited(Duration.ofSeconds(30)))))
                .containsExactly("p@0", "q@0");
        assertThat(run(plan(P, Q), Map.of())).containsExactly("q@0");
        now += Duration.ofSeconds(30).toNanos();
        assertThat(names(run(plan(P, Q), Map.of()))).containsExactly("p");
    }

    @Test
    void waitsForTheOnlyModelWhenTheDeadlineAllows() {
        run(plan(P, Q), Map.of("p", limited(Duration.ofSeconds(30))));

        assertThat(moment(run(plan(P), Map.of()).getFirst())).isBetween(30_000L, 33_000L);
    }

    @Test
    void saysHowLongWhenTheDeadlineDoesNotAllowToWait() {
        run(plan(P, Q), Map.of("p", limited(Duration.ofMinutes(5))));

        var end = (GiveUp) plan(P).next(now);
        assertThat(end.failure().kind()).isEqualTo(Kind.RATE);
        assertThat(end.failure().details().retryAfter().orElseThrow()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void tellsTheLimitInTheWordsOfTheOnlyModelThatMetIt() {
        var plan = plan(P);
        var ask = (Ask) plan.next(now);
        var hint = limited(Duration.ofMinutes(5));
        routes.failed(P, ask.leave(), hint, now);
        plan.failed(hint, now);
        now += Duration.ofSeconds(2).toNanos();

        assertGivesUp(plan, Kind.RATE, Duration.ofSeconds(298));
    }

    @Test
    void answersForNobodyWhenSeveralModelsAreLeftAloneForTooLong() {
        run(plan(P, R), Map.of("p", limited(Duration.ofMinutes(5))));
        run(plan(Q, R), Map.of("q", limited(Duration.ofMinutes(4))));

        assertGivesUp(plan(P, Q), Kind.TRANSIENT, Duration.ofMinutes(4));
        assertThat(names(run(plan(P, Q, R), Map.of()))).as("somebody is there").containsExactly("r");
    }

    @Test
    void answersForNobodyWhileEveryKeyIsLeftAloneForTooLong() {
        var pauses = List.of(60L, 120L);
        for (long pause : pauses) {
            assertThat(names(run(plan(P), Map.of("p", failure(Kind.AUTH))))).containsExactly("p", "give up AUTH");
            now += Duration.ofSeconds(pause).toNanos();
        }
        run(plan(P), Map.of("p", failure(Kind.QUOTA)));

        assertGivesUp(plan(P), Kind.TRANSIENT, Duration.ofMinutes(4));
        now += Duration.ofSeconds(200).toNanos();
        assertThat(names(run(plan(P), Map.of()))).as("failing open").containsExactly("p");
    }

    private void assertGivesUp(AttemptPlan plan, Kind kind, Duration after) {
        var end = (GiveUp) plan.next(now);
        assertThat(end.failure().kind()).isEqualTo(kind);
        assertThat(end.failure().details().retryAfter()).contains(after);
    }

    @Test
    void asksTwiceAfterALimitWithoutHint() {
        var log = run(plan(P, Q), Map.of("p", failure(Kind.RATE)));

        assertThat(names(log)).containsExactly("p", "p", "q");
        assertThat(gap(log, 0)).isBetween(200L, 300L);
        assertThat(names(run(plan(P, Q), Map.of()))).containsExactly("q");
    }

    @Test
    void asksAgainOnceAfterAServersFault() {
        var log = run(plan(P, Q), Map.of("p", failure(Kind.TRANSIENT)));

        assertThat(names(log)).containsExactly("p", "p", "q");
        assertThat(gap(log, 0)).isBetween(200L, 300L);
        assertThat(gap(log, 1)).isZero();
    }

    @Test
    void asksTheOnlyModelThreeTimes() {
        assertThat(names(run(plan(P), Map.of("p", failure(Kind.TRANSIENT)))))
                .containsExactly("p", "p", "p", "give up TRANSIENT");
    }

    @Test
    void goesStraightToTheNextModelWhileABreakerIsOpen() {
        run(plan(P), Map.of("p", failure(Kind.TRANSIENT)));

        assertThat(names(run(plan(P, Q), Map.of()))).containsExactly("q");
        assertThat(run(plan(P), Map.of("p", failure(Kind.TRANSIENT))).getFirst())
                .startsWith("p@");
        var end = (GiveUp) plan(P).next(now);
        assertThat(end.failure().details().retryAfter()).isPresent();
    }

    @Test
    void triesAFreshConnectionOnceAndAtOnce() {
        assertThat(names(run(plan(P, Q), Map.of("p", failure(Kind.CONNECT))))).containsExactly("p", "p!", "q");
        var unknown = new ProviderFailure(Kind.CONNECT, "unknown", Details.NONE.with(Sign.LASTING));
        assertThat(names(run(plan(R, Q), Map.of("r", unknown)))).containsExactly("r", "q");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"SILENT", "BROKEN", "AUTH", "QUOTA", "UNKNOWN_MODEL", "LOCAL"})
    void asksTheNextModelAfterWhatWillNotPass(Kind kind) {
        assertThat(names(run(plan(P, Q), Map.of("p", failure(kind))))).containsExactly("p", "q");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"REFUSAL", "REQUEST"})
    void asksNobodyElseAfterARefusal(Kind kind) {
        assertThat(run(plan(P, Q), Map.of("p", failure(kind)))).containsExactly("p@0", "give up " + kind);
    }

    @Test
    void triesEveryKeyOfAProviderBeforeTheNextModel() {
        var keys = new Routes(TABLE, settings, new Random(1), route -> 3, (name, state) -> {});
        var plan = new AttemptPlan(List.of(P, Q), keys, TABLE, settings, new Random(2), now + (1L << 40), 6);
        var used = new ArrayList<String>();
        for (var step = (Ask) plan.next(now); step.candidate().equals(P); step = (Ask) plan.next(now)) {
            used.add(step.candidate().provider() + step.leave().key());
            keys.failed(step.candidate(), step.leave(), failure(Kind.AUTH), now);
            plan.failed(failure(Kind.AUTH), now);
        }

        assertThat(used).containsExactly("p0", "p1", "p2");
        assertThat(keys.shut(P, now).reason()).isEqualTo(Kind.AUTH);
        assertThat(keys.shut(P, now).nanos()).isEqualTo(Duration.ofSeconds(60).toNanos());
    }

    @Test
    void leavesOnlyTheRefusedKeyAloneForLongerEachTime() {
        var keys = new Routes(TABLE, settings, new Random(1), route -> 2, (name, state) -> {});
        long[] pauses = {60, 120, 240, 480, 600, 600};
        for (long pause : pauses) {
            var leave = keys.enter(P, now).orElseThrow();
            assertThat(leave.key()).isZero();
            keys.failed(P, leave, failure(Kind.AUTH), now);
            assertThat(keys.enter(P, now).orElseThrow().key()).isEqualTo(1);
            now += Duration.ofSeconds(pause).toNanos() - 1;
            assertThat(keys.enter(P, now).orElseThrow().key()).isEqualTo(1);
            now += 1;
        }
    }

    @Test
    void continuesOnlyWithAModelThatHoldsQuestionAndAnswer() {
        var small = candidate("small", 1_000);
        var large = candidate("large", 9_000);
        var plan = plan(P, small, large);
        plan.next(now);

        assertThat(plan.successor(1_000, now).orElseThrow().candidate()).isEqualTo(large);
        assertThat(plan.successor(10, now)).isEmpty();
    }

    @Test
    void takesALongQuestionOnlyToALargerWindow() {
        var small = candidate("small", 1_000);
        var large = candidate("large", 9_000);
        var middle = candidate("middle", 5_000);

        assertThat(names(run(
                        plan(middle, small, large),
                        Map.of("middle", failure(Kind.CONTEXT), "large", failure(Kind.CONTEXT)))))
                .containsExactly("middle", "large", "give up CONTEXT");
    }

    @Test
    void neverAsksMoreThanSixTimesOrThreeModels() {
        var all = Map.of(
                "p", failure(Kind.TRANSIENT),
                "q", failure(Kind.TRANSIENT),
                "r", failure(Kind.TRANSIENT),
                "s", failure(Kind.TRANSIENT));

        assertThat(names(run(plan(P, Q, R, candidate("s")), all)))
                .containsExactly("p", "p", "q", "q", "r", "r", "give up TRANSIENT");
    }

    @Test
    void tellsTheMostInformativeFailure() {
        var log = run(
                plan(P, Q, R), Map.of("p", failure(Kind.SILENT), "q", failure(Kind.RATE), "r", failure(Kind.CONNECT)));

        assertThat(log.getLast()).isEqualTo("give up RATE");
    }

    @Test
    void staysWithinTheBudgetOfAProvider() {
        int asked = 0;
        Optional<Duration> last = Optional.empty();
        var gentle = TestSettings.attempts(Map.of("breaker-failures", "100000", "breaker-results", "100000"));
        var open = new Routes(TABLE, gentle, new Random(1), route -> 1, (name, state) -> {});
        for (int call = 0; call < 200; call++) {
            var plan = new AttemptPlan(List.of(P), open, TABLE, gentle, new Random(call), now + (1L << 40), 6);
            long at = now;
            boolean over = false;
            while (!over) {
                switch (plan.next(at)) {
                    case Ask ask -> {
                        asked++;
                        open.failed(P, ask.leave(), failure(Kind.TRANSIENT), at);
                        plan.failed(failure(Kind.TRANSIENT), at);
                    }
                    case Wait wait -> at += wait.nanos();
                    case GiveUp end -> {
                        over = true;
                        last = end.failure().details().retryAfter();
                    }
                }
            }
        }
        assertThat(asked).isBetween(201, 240 + 10);
        assertThat(last).as("when the budget is spent").contains(Duration.ofSeconds(1));
    }

    @Test
    void asksAtMostOncePerSecondWhileEverythingIsShut() {
        run(plan(P), Map.of("p", failure(Kind.TRANSIENT)));

        int asked = 0;
        for (int call = 0; call < 100; call++) {
            asked += run(plan(P), Map.of("p", failure(Kind.TRANSIENT))).size() - 1;
        }
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void beginsNothingThatCannotHaveItsFirstWordInTime() {
        var early = plan(P, Q);
        var late = plan(P, Q);
        now += Duration.ofSeconds(90).minus(settings.timeMin()).toNanos() - 1;
        assertThat(early.next(now)).isInstanceOf(Ask.class);
        early.failed(failure(Kind.SILENT), now);

        now += 1;

        assertThat(early.next(now)).as("another model").isInstanceOf(GiveUp.class);
        assertThat(late.next(now)).as("the first model").isInstanceOf(GiveUp.class);
    }

    @Test
    void startsNothingAfterTheDeadline() {
        var plan = plan(P);
        now += Duration.ofSeconds(91).toNanos();

        assertThat(plan.next(now)).isInstanceOf(GiveUp.class);
    }
}
