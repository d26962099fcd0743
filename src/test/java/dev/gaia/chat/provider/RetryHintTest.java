package dev.gaia.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures F01 and F33. */
class RetryHintTest {

    private static final String AT_NOON = "Sat, 28 Nov 2026 12:00:00 GMT";
    private static final String SOON_AFTER = "Sat, 28 Nov 2026 12:00:07 GMT";
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    private static Optional<Duration> hint(MultiMap headers, Instant now) {
        return RetryHint.of(name -> Optional.ofNullable(headers.get(name)), now);
    }

    private static MultiMap after(String value) {
        return MultiMap.caseInsensitiveMultiMap().set("Retry-After", value);
    }

    @ParameterizedTest
    @ValueSource(longs = {-36_000, -60, 0, 60, 36_000})
    void holdsDatesAgainstTheProvidersClock(long skewSeconds) {
        var headers = after(SOON_AFTER).set("Date", AT_NOON);

        assertThat(hint(headers, NOON.plusSeconds(skewSeconds))).contains(Duration.ofSeconds(7));
    }

    @Test
    void usesOurClockWhereTheProviderTellsNoDate() {
        assertThat(hint(after(SOON_AFTER), NOON)).contains(Duration.ofSeconds(7));
    }

    @Test
    void waitsAMinuteAtMostForADate() {
        assertThat(hint(after("Sun, 29 Nov 2026 12:00:00 GMT").set("Date", AT_NOON), NOON))
                .contains(Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Wed, 21 Oct 2015 07:28:00 GMT", "soon", "-5", "NaN", ""})
    void takesNonsenseForNoHint(String value) {
        assertThat(hint(after(value).set("Date", AT_NOON), NOON)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Saturday, 28-Nov-26 12:00:07 GMT", "Sat Nov 28 12:00:07 2026"})
    void readsDatesInTheirOlderFormsToo(String value) {
        assertThat(hint(after(value).set("Date", AT_NOON), NOON)).contains(Duration.ofSeconds(7));
        assertThat(hint(after(SOON_AFTER).set("Date", "Sat Nov 28 12:00:00 2026"), NOON.plusSeconds(60)))
                .contains(Duration.ofSeconds(7));
    }

    @Test
    void shortensNoSeconds() {
        assertThat(hint(after("86400"), NOON)).contains(Duration.ofDays(1));
        assertThat(hint(after("20").set("retry-after-ms", "7200000"), NOON)).contains(Duration.ofHours(2));
    }

    @Test
    void staysInTheRangeOfNanoseconds() {
        assertThat(hint(after("1e300"), NOON).orElseThrow().multipliedBy(2).toNanos())
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "", "-5", "NaN"})
    void readsTheSecondsWhenTheMillisecondsAreNonsense(String millis) {
        assertThat(hint(after("20").set("retry-after-ms", millis), NOON)).contains(Duration.ofSeconds(20));
    }

    @Test
    void readsSecondsAndMilliseconds() {
        assertThat(hint(after("3"), NOON)).contains(Duration.ofSeconds(3));
        assertThat(hint(after("3").set("retry-after-ms", "1500"), NOON)).contains(Duration.ofMillis(1_500));
    }
}
