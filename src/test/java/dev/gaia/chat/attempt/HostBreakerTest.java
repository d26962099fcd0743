package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The circuit breaker of a host, which all of its models share (failures 5). */
class HostBreakerTest {

    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
    private static final Candidate A = model("a");
    private static final Candidate B = model("b");
    private final ProviderFailure unreached = new ProviderFailure(Kind.CONNECT, "test");

    private final Routes routes =
            new Routes(TABLE, TestSettings.attempts(Map.of()), new Random(1), route -> 1, (name, state) -> {});
    private long now = -5_000_000_000L;

    private static Candidate model(String name) {
        return new Candidate("provider", "provider", name, false, Traits.UNKNOWN);
    }

    private Gate.Leave enter(Candidate candidate) {
        return routes.enter(candidate, now).orElseThrow();
    }

    private void fail(Candidate candidate, int times, ProviderFailure failure) {
        for (int i = 0; i < times; i++) {
            routes.failed(candidate, enter(candidate), failure, now);
        }
    }

    @Test
    void shutsAllModelsOfAHostThatIsNotReached() {
        fail(A, 3, unreached);

        assertThat(routes.enter(B, now)).isEmpty();
        assertThat(routes.shut(B, now).nanos()).isPositive();
        assertThat(routes.enter(new Candidate("other", "other", "b", false, Traits.UNKNOWN), now))
                .isPresent();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"CONNECT", "AUTH", "QUOTA"},
            mode = Mode.EXCLUDE)
    void countsNothingElse(Kind kind) {
        for (int i = 0; i < 4; i++) {
            var one = model("model-" + i);
            routes.failed(one, enter(one), new ProviderFailure(kind, "test"), now);
        }

        assertThat(routes.enter(B, now)).isPresent();
    }

    @Test
    void forgivesAConnectionThatWasUsedBefore() {
        fail(A, 4, new ProviderFailure(Kind.CONNECT, "test", Details.NONE.with(Sign.REUSED_CONNECTION)));

        assertThat(routes.enter(A, now)).isPresent();
        assertThat(routes.enter(B, now)).isPresent();
    }

    @Test
    void isThereForAllModelsAsSoonAsOneBeginsToAnswer() {
        fail(A, 3, unreached);
        now += routes.shut(A, now).nanos();
        var probe = enter(A);
        assertThat(routes.enter(B, now)).isEmpty();

        routes.reached(probe, now);

        assertThat(routes.enter(B, now)).isPresent();
        assertThat(routes.enter(A, now))
                .as("the model is still being tried out")
                .isEmpty();
        fail(B, 2, unreached);
        routes.succeeded(A, probe, now);
        fail(B, 1, unreached);
        assertThat(routes.enter(A, now))
                .as("an answer counts for its host once")
                .isEmpty();
    }

    @Test
    void isTheSameForAllProvidersAtOnePlace() {
        var shared = new Routes(
                TABLE,
                TestSettings.attempts(Map.of()),
                new Random(1),
                route -> 1,
                route -> "elsewhere".equals(route) ? "https://elsewhere:443" : "https://host:443",
                (name, state) -> {});
        for (int i = 0; i < 3; i++) {
            shared.failed(A, shared.enter(A, now).orElseThrow(), unreached, now);
        }

        assertThat(shared.enter(new Candidate("second", "second", "b", false, Traits.UNKNOWN), now))
                .isEmpty();
        assertThat(shared.enter(new Candidate("elsewhere", "elsewhere", "b", false, Traits.UNKNOWN), now))
                .isPresent();
    }

    @Test
    void leavesKeysToTheProvidersTheyBelongTo() {
        var shared = new Routes(
                TABLE,
                TestSettings.attempts(Map.of()),
                new Random(1),
                route -> 1,
                route -> "https://host:443",
                (name, state) -> {});
        shared.failed(A, shared.enter(A, now).orElseThrow(), new ProviderFailure(Kind.AUTH, "test"), now);

        assertThat(shared.enter(B, now)).isEmpty();
        assertThat(shared.enter(new Candidate("second", "second", "b", false, Traits.UNKNOWN), now))
                .isPresent();
    }
}
