package dev.gaia.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gaia.error.Failure;
import dev.gaia.gateway.limit.RateLimitSettings.Period;
import dev.gaia.gateway.limit.RateLimitSettings.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of callers pass with time, whatever becomes of the time of day (failures F33). */
class LocalCountsTest {

    private static final RateLimitSettings SETTINGS =
            new RateLimitSettings(Scope.ALL, 2, Period.MINUTE, 3, 100, Duration.ofSeconds(1));

    private Instant day = Instant.parse("2030-01-01T00:00:00.5Z");

    /** As a clock that overflows may show. */
    private long nanos = Long.MAX_VALUE - 1_000_000_000L;

    private final LocalCounts counts = new LocalCounts(SETTINGS, () -> nanos, () -> day);
    private final RateLimits limits = new RateLimits(SETTINGS, counts, Optional.empty(), () -> nanos);

    private void pass(Duration time) {
        nanos += time.toNanos();
        day = day.plus(time);
    }

    private Optional<Failure> ask() {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        return Optional.ofNullable(catchThrowableOfType(Failure.class, () -> limits.pass(exchange, "caller")));
    }

    private void useUp() {
        assertThat(ask()).isEmpty();
        assertThat(ask()).isEmpty();
        assertThat(ask()).isPresent();
    }

    @Test
    void tellsWhenTheWindowEnds() {
        var first = counts.count("caller");
        assertThat(first).isEqualTo(new Count(1, 1, day.getEpochSecond() + 60, 60));

        pass(Duration.ofMillis(59_500));

        assertThat(counts.count("caller")).isEqualTo(new Count(2, 1, first.end(), 1));
    }

    @Test
    void countsABurstBySecondsOfTheWindow() {
        assertThat(counts.count("caller").burst()).isEqualTo(1);
        pass(Duration.ofMillis(999));
        assertThat(counts.count("caller").burst()).isEqualTo(2);
        pass(Duration.ofMillis(1));
        assertThat(counts.count("caller").burst()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-30, 30})
    void endsAWindowInItsTimeWhenTheTimeOfDayJumps(int hours) {
        useUp();

        day = day.plus(Duration.ofHours(hours));
        pass(Duration.ofSeconds(59));

        assertThat(ask().orElseThrow().headers()).containsEntry("Retry-After", "1");
        pass(Duration.ofSeconds(1));
        assertThat(ask()).isEmpty();
    }
}
