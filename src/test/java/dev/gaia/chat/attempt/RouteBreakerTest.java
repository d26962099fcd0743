package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.slf4j.LoggerFactory;

/** The circuit breakers of models, as calls meet them (failures 5, F15). */
class RouteBreakerTest {

    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
    private static final Candidate P = model("p");
    private final ProviderFailure away = failure(Kind.TRANSIENT);
    private static final int ROUTES_MAX = 1_000;

    private final List<String> changes = new ArrayList<>();
    private final Routes routes = new Routes(
            TABLE,
            TestSettings.attempts(Map.of()),
            new Random(1),
            route -> 1,
            (name, state) -> changes.add(name + " " + state));
    private long now = -5_000_000_000L;

    private static Candidate model(String name) {
        return new Candidate("provider", "provider", name, false, Traits.UNKNOWN);
    }

    private static ProviderFailure failure(Kind kind) {
        return new ProviderFailure(kind, "test");
    }

    private Gate.Leave enter(Candidate candidate) {
        return routes.enter(candidate, now).orElseThrow();
    }

    private void fail(Candidate candidate, int times, ProviderFailure failure) {
        for (int i = 0; i < times; i++) {
            routes.failed(candidate, enter(candidate), failure, now);
        }
    }

    private Gate.Leave probe(Candidate candidate) {
        now += routes.shut(candidate, now).nanos();
        var leave = enter(candidate);
        assertThat(leave.route().probe()).isTrue();
        return leave;
    }

    @Test
    void opensForAModelThatBeginsItsStreamsAndNeverEndsThem() {
        fail(P, 3, failure(Kind.BROKEN));

        assertThat(routes.enter(P, now)).isEmpty();
        assertThat(routes.enter(model("another"), now)).isPresent();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"TRANSIENT", "CONNECT", "SILENT", "BROKEN"},
            mode = Mode.EXCLUDE)
    void letsTheNextCallTryWhenOneEndedOddly(Kind kind) {
        fail(P, 3, away);
        routes.failed(P, probe(P), failure(kind), now);
        now += Duration.ofMinutes(2).toNanos();

        assertThat(enter(P).route().probe()).isTrue();
        assertThat(routes.enter(P, now)).isEmpty();
        assertThat(changes).containsExactly("provider/p OPEN", "provider/p HALF_OPEN");
    }

    @ParameterizedTest
    @EnumSource(
            value = Sign.class,
            names = {"REUSED_CONNECTION", "CALL_OVER"})
    void letsTheNextCallTryWhenTheModelWasNotToBlame(Sign sign) {
        fail(P, 3, away);
        var kind = sign == Sign.CALL_OVER ? Kind.SILENT : Kind.CONNECT;
        routes.failed(P, probe(P), new ProviderFailure(kind, "test", Details.NONE.with(sign)), now);

        assertThat(enter(P).route().probe()).isTrue();
    }

    @Test
    void letsTheNextCallTryWhenTheCallerLeft() {
        fail(P, 3, away);
        routes.released(P, probe(P));

        assertThat(enter(P).route().probe()).isTrue();
    }

    @Test
    void tellsOfEachChangeOnce() {
        var logger = (Logger) LoggerFactory.getLogger(Routes.class);
        logger.setLevel(Level.WARN);
        try (var log = LogLines.begin()) {
            var late = enter(P);
            fail(P, 3, away);
            routes.failed(P, late, away, now);
            routes.failed(P, probe(P), away, now);
            var probe = probe(P);
            routes.enter(P, now);
            routes.succeeded(P, probe, now);
            routes.succeeded(P, enter(P), now);

            assertThat(changes)
                    .containsExactly(
                            "provider/p OPEN",
                            "provider/p HALF_OPEN",
                            "provider/p OPEN",
                            "provider/p HALF_OPEN",
                            "provider/p CLOSED");
            assertThat(log.text().lines())
                    .containsExactlyElementsOf(changes.stream()
                            .map(change -> "circuit breaker of " + change.replace(" ", " is "))
                            .toList());
        } finally {
            logger.setLevel(null);
        }
    }

    @Test
    void keepsModelsApartHoweverManyNamesThereWere() {
        for (int i = 0; i < 2 * ROUTES_MAX; i++) {
            var one = model("name-" + i);
            routes.succeeded(one, enter(one), now++);
        }
        fail(model("bad"), 3, away);

        assertThat(routes.enter(model("bad"), now)).isEmpty();
        assertThat(routes.enter(model("good"), now)).isPresent();
    }

    @Test
    void forgetsNoModelThatIsAwayForTheSakeOfNewNames() {
        var tried = model("tried");
        fail(tried, 3, away);
        var probe = probe(tried);
        fail(P, 3, away);
        var limited = model("limited");
        fail(limited, 1, new ProviderFailure(Kind.RATE, "test", Details.NONE.retryAfter(Duration.ofMinutes(1))));
        for (int i = 0; i < 2 * ROUTES_MAX; i++) {
            var one = model("name-" + i);
            routes.succeeded(one, enter(one), now++);
        }

        assertThat(routes.enter(P, now)).isEmpty();
        assertThat(routes.enter(limited, now)).isEmpty();
        assertThat(routes.enter(tried, now)).isEmpty();
        routes.succeeded(tried, probe, now);
        assertThat(routes.enter(tried, now)).isPresent();
    }

    @Test
    void countsACallThatEndsAfterItsModelWasForgotten() {
        var old = enter(P);
        for (int i = 0; i < 2 * ROUTES_MAX; i++) {
            var one = model("name-" + i);
            routes.succeeded(one, enter(one), now++);
        }
        fail(P, 3, away);
        routes.succeeded(P, old, now);

        assertThat(routes.enter(P, now)).as("what was open stays open").isEmpty();
    }
}
