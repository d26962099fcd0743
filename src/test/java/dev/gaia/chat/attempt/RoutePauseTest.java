package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.AttemptPlan.Wait;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long a model that limits its rate is left alone (failures 5, F01, F02). */
class RoutePauseTest {

    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
    private static final Candidate P = new Candidate("p", "p", "model-p", false, Traits.UNKNOWN);
    private final ProviderFailure limited = new ProviderFailure(Kind.RATE, "test");

    private final AttemptSettings settings = TestSettings.attempts(Map.of());
    private final Routes routes = new Routes(TABLE, settings, new Random(1), route -> 1, (name, state) -> {});
    private long now = -5_000_000_000L;

    private static ProviderFailure limited(Duration hint) {
        return new ProviderFailure(Kind.RATE, "test", Details.NONE.retryAfter(hint));
    }

    private void fail(ProviderFailure failure) {
        routes.failed(P, routes.enter(P, now).orElseThrow(), failure, now);
    }

    private void assertPausedFor(long seconds) {
        var shut = routes.shut(P, now);
        assertThat(shut.nanos()).isEqualTo(Duration.ofSeconds(seconds).toNanos());
        assertThat(shut.reason()).isEqualTo(Kind.RATE);
        assertThat(routes.enter(P, now)).isEmpty();
        now += shut.nanos();
    }

    @Test
    void isLeftAloneForLongerEachTimeUntilItAnswers() {
        for (long seconds : List.of(2, 4, 8, 10, 10)) {
            fail(limited);
            assertPausedFor(seconds);
        }

        routes.succeeded(P, routes.enter(P, now).orElseThrow(), now);

        fail(limited);
        assertPausedFor(2);
    }

    @Test
    void isLeftAloneAsLongAsItAsks() {
        fail(limited(Duration.ofSeconds(7)));

        assertPausedFor(7);
    }

    @Test
    void takesAHintOfNoTimeForNone() {
        for (long seconds : List.of(2, 4)) {
            fail(limited(Duration.ZERO));
            assertPausedFor(seconds);
        }
    }

    @Test
    void asksOnceMoreAfterAHintOfNoTimeThoughOtherCallsWait() {
        now = 0;
        var plan = new AttemptPlan(List.of(P), routes, TABLE, settings, new Random(2), now + (1L << 40), 6);
        var ask = (Ask) plan.next(now);
        routes.failed(P, ask.leave(), limited(Duration.ZERO), now);
        plan.failed(limited(Duration.ZERO), now);
        var wait = (Wait) plan.next(now);

        assertThat(routes.enter(P, now + wait.nanos())).isEmpty();
        assertThat(plan.next(now + wait.nanos())).isInstanceOf(Ask.class);
    }

    @Test
    void doesNotOpenItsBreaker() {
        for (int i = 0; i < 4; i++) {
            fail(limited);
            now += routes.shut(P, now).nanos();
        }

        assertThat(routes.enter(P, now).orElseThrow().route().probe()).isFalse();
    }
}
