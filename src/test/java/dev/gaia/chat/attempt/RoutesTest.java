package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.LogLines;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What processes know of models, when they start and when they lost one together (failures 5, F21, F38). */
class RoutesTest {

    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
    private static final Candidate DOWN = candidate("down");
    private static final Candidate LIMITED = candidate("limited");
    private static final Candidate REVOKED = candidate("revoked");
    private static final long NOW = -5_000_000_000L;
    private static final long LATER = NOW + Duration.ofMinutes(2).toNanos();
    private static final long MUCH_LATER = NOW + Duration.ofHours(1).toNanos();
    private static final int PROCESSES = 40;

    private static Candidate candidate(String name) {
        return new Candidate(name, name, "model-" + name, false, Traits.UNKNOWN);
    }

    private static Routes process(int seed) {
        return new Routes(
                TABLE, TestSettings.attempts(Map.of()), new SplittableRandom(seed), route -> 1, (name, state) -> {});
    }

    private static void fail(Routes routes, Candidate candidate, ProviderFailure failure) {
        routes.failed(candidate, routes.enter(candidate, NOW).orElseThrow(), failure, NOW);
    }

    private static Routes havingLostOne(int seed) {
        var routes = process(seed);
        for (int i = 0; i < 3; i++) {
            fail(routes, DOWN, new ProviderFailure(Kind.TRANSIENT, "test"));
        }
        return routes;
    }

    @Test
    void startsWithAllModelsOpenToCallsWhateverTheProcessBeforeKnew() {
        var before = havingLostOne(1);
        fail(before, LIMITED, new ProviderFailure(Kind.RATE, "test"));
        fail(before, REVOKED, new ProviderFailure(Kind.AUTH, "test"));
        var after = process(2);

        for (var candidate : List.of(DOWN, LIMITED, REVOKED)) {
            assertThat(before.enter(candidate, NOW)).as(candidate.provider()).isEmpty();
            assertThat(after.shut(candidate, NOW)).isEqualTo(Gate.Shut.NOT);
            assertThat(after.enter(candidate, NOW)).isPresent();
        }
    }

    @Test
    void looksForALostModelApartFromTheOtherProcesses() {
        var moments = IntStream.range(0, PROCESSES)
                .mapToLong(seed -> havingLostOne(seed).shut(DOWN, NOW).nanos())
                .map(nanos -> Duration.ofNanos(nanos).toMillis())
                .sorted()
                .toArray();

        assertThat(moments[PROCESSES - 1]).isLessThanOrEqualTo(2_000);
        assertThat(moments[PROCESSES - 1] - moments[0]).isGreaterThan(1_500);
        for (int i = 0; i + PROCESSES / 4 < PROCESSES; i++) {
            assertThat(moments[i + PROCESSES / 4] - moments[i])
                    .as("a quarter of the processes from %d ms on", moments[i])
                    .isGreaterThan(50);
        }
    }

    /** The other model is at the same host, which is lost for both only when it cannot be reached. */
    @ParameterizedTest
    @EnumSource
    void losesAModelByTheFaultsThatCountAndItsHostWhenItIsNotReached(Kind kind) {
        var counted = Set.of(Kind.TRANSIENT, Kind.CONNECT, Kind.SILENT, Kind.BROKEN);
        var paused = Set.of(Kind.RATE, Kind.QUOTA, Kind.AUTH);
        var other = new Candidate("down", "down", "its-other-model", false, Traits.UNKNOWN);
        var routes = process(1);

        for (int i = 0; i < 3; i++) {
            var leave = paused.contains(kind)
                    ? routes.force(DOWN, NOW)
                    : routes.enter(DOWN, NOW).orElseThrow();
            routes.failed(DOWN, leave, new ProviderFailure(kind, "test"), NOW);
        }

        var shut = routes.shut(DOWN, NOW);
        if (counted.contains(kind)) {
            assertThat(shut.reason()).isEqualTo(Kind.TRANSIENT);
            assertThat(routes.enter(DOWN, NOW)).isEmpty();
        } else if (paused.contains(kind)) {
            assertThat(shut.reason()).isEqualTo(kind == Kind.RATE ? Kind.RATE : Kind.AUTH);
            assertThat(routes.shut(DOWN, MUCH_LATER)).isEqualTo(Gate.Shut.NOT);
        } else {
            assertThat(shut).isEqualTo(Gate.Shut.NOT);
        }
        boolean ofHost = Set.of(Kind.CONNECT, Kind.QUOTA, Kind.AUTH).contains(kind);
        assertThat(routes.enter(other, NOW).isEmpty()).isEqualTo(ofHost);
    }

    @Test
    void asksNoMoreOnceACertificateIsNotToBeTrusted() {
        var routes = process(1);
        fail(routes, DOWN, new ProviderFailure(Kind.CONNECT, "test", Details.NONE.with(Sign.UNTRUSTED)));

        assertThat(routes.enter(DOWN, NOW)).isEmpty();
        assertThat(routes.enter(new Candidate("down", "down", "its-other-model", false, Traits.UNKNOWN), NOW))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void tellsOnceOfWhatSomebodyHasToPutRightUntilItIsRight(ProviderFailure failure, String told) {
        try (var log = LogLines.begin()) {
            var routes = process(1);
            var atOnce = List.of(
                    routes.enter(DOWN, NOW).orElseThrow(),
                    routes.enter(DOWN, NOW).orElseThrow());
            atOnce.forEach(leave -> routes.failed(DOWN, leave, failure, NOW));
            routes.failed(DOWN, routes.enter(DOWN, LATER).orElseThrow(), failure, LATER);
            assertThat(log.text()).containsOnlyOnce(told);

            routes.succeeded(DOWN, routes.enter(DOWN, MUCH_LATER).orElseThrow(), MUCH_LATER);
            routes.failed(DOWN, routes.enter(DOWN, MUCH_LATER).orElseThrow(), failure, MUCH_LATER);

            assertThat(log.text().split(told, -1)).hasSize(3);
        }
    }

    private static Stream<Arguments> tellsOnceOfWhatSomebodyHasToPutRightUntilItIsRight() {
        var untrusted = Details.NONE.with(Sign.UNTRUSTED);
        return Stream.of(
                Arguments.of(
                        new ProviderFailure(Kind.CONNECT, "test", untrusted),
                        "down: CONNECT: test; its certificate is refused"),
                Arguments.of(new ProviderFailure(Kind.AUTH, "test"), "down: AUTH: test; key 1 of 1 is left alone"));
    }
}
