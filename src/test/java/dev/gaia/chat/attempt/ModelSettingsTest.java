package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.AttemptPlan.GiveUp;
import dev.gaia.chat.attempt.AttemptPlan.Wait;
import dev.gaia.chat.attempt.Candidate.Prefill;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.catalogue.ModelLimits;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSettingsTest {

    private static final AttemptSettings OF_PROCESS = TestSettings.attempts(Map.of());
    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Routes routes = new Routes(TABLE, OF_PROCESS, new Random(1), route -> 1, (name, state) -> {});

    private static ModelSettings settings(String name, String value) {
        return ModelSettings.of(TestSettings.environment(Map.of()), new ModelLimits(Map.of(name, value)));
    }

    private static ProviderFailure unavailable() {
        return new ProviderFailure(Kind.TRANSIENT, "status 503");
    }

    private static Candidate candidate(String name, String value) {
        var traits = new Traits(
                OptionalLong.empty(),
                false,
                false,
                Prefill.NONE,
                Optional.of(settings("gaia.provider.attempts." + name, value)),
                Optional.empty());
        return new Candidate("openai", "openai", "own", false, traits);
    }

    @Test
    void leavesEveryOtherNumberAsItIs() {
        var settings = settings("gaia.provider.idle-timeout", "20s");

        assertThat(settings.provider().idleTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.provider().wholeTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.attempts()).isEqualTo(OF_PROCESS);
    }

    @Test
    void waitsAsLongForTheFirstWordOfAModelThatThinks() {
        var settings = settings("gaia.provider.first-token-timeout", "30s");

        assertThat(settings.provider().firstTokenTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.attempts().reasoningFirstTokenTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource({
        "gaia.provider.idle-timeout, 46s, 45s or less",
        "gaia.provider.attempts.idle-timeout-alone, 1m, 45s or less",
        "gaia.provider.attempts.per-call-max, 7, between 1 and 6",
        "gaia.provider.attempts.whole-deadline, 101s, 100s or less",
        "gaia.provider.whole-timeout, 0s, above 0",
        "gaia.provider.first-token-timeout, soon, soon"
    })
    void refusesWhatNoSettingMayBe(String name, String value, String wanted) {
        assertThatThrownBy(() -> settings(name, value)).hasMessageContainingAll(name, wanted);
    }

    @Test
    void asksAModelAsOftenAsItsOwnLimitSays() {
        var candidates = List.of(candidate("alone-max", "1"));
        var plan = new AttemptPlan(candidates, routes, TABLE, OF_PROCESS, new Random(1), 60 * SECOND, 6);

        assertThat(plan.next(0)).isInstanceOf(Ask.class);
        plan.failed(unavailable(), SECOND);

        assertThat(plan.next(SECOND)).isInstanceOf(GiveUp.class);
    }

    @Test
    void leavesAModelAloneForAsLongAsItsOwnLimitSays() {
        var candidates = List.of(candidate("back-off", "2s"));
        var plan = new AttemptPlan(candidates, routes, TABLE, OF_PROCESS, new Random(1), 60 * SECOND, 6);
        plan.next(0);
        plan.failed(unavailable(), SECOND);

        assertThat(plan.next(SECOND))
                .isInstanceOfSatisfying(
                        Wait.class, wait -> assertThat(wait.nanos()).isBetween(SECOND, 2 * SECOND));
    }

    @Test
    void opensABreakerWhenItsOwnLimitSays() {
        var candidate = candidate("breaker-failures", "1");
        var leave = routes.enter(candidate, 0).orElseThrow();

        routes.failed(candidate, leave, unavailable(), SECOND);

        assertThat(routes.enter(candidate, SECOND)).isEmpty();
    }
}
