package dev.gaia.auth.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MomentsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void readsWhatPeopleWrite() {
        assertThat(Moments.moment("never", NOW)).isEmpty();
        assertThat(Moments.moment("now", NOW)).contains(NOW);
        assertThat(Moments.moment("90d", NOW)).contains(NOW.plus(Duration.ofDays(90)));
        assertThat(Moments.moment("2027-01-31T12:00:00+01:00", NOW)).contains(Instant.parse("2027-01-31T11:00:00Z"));
        assertThat(Moments.length("30m")).isEqualTo(Duration.ofMinutes(30));
        assertThat(Moments.length("12h")).isEqualTo(Duration.ofHours(12));
        assertThat(Moments.length("5s")).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tomorrow", "0d", "-1d", "1.5h", "2027-01-31", "9999999d"})
    void refusesOtherTimes(String text) {
        assertThatThrownBy(() -> Moments.moment(text, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no time");
    }
}
