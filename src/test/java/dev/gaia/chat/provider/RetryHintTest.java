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

    @Test
    void readsSecondsAndMilliseconds() {
        assertThat(hint(after("3"), NOON)).contains(Duration.ofSeconds(3));
        assertThat(hint(after("3").set("retry-after-ms", "1500"), NOON)).contains(Duration.ofMillis(1_500));
    }
}
