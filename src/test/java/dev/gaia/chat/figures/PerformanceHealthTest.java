package dev.gaia.chat.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verdict on the last five minutes, at the bounds of semantics 18. */
class PerformanceHealthTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final TurnFigures figures = new TurnFigures(Clock.fixed(NOW, ZoneOffset.UTC));
    private final PerformanceHealth health = new PerformanceHealth(figures);

    @ParameterizedTest
    @CsvSource({
        "1.5,   0, healthy,  95, ''",
        "2,     0, warning,  75, ''",
        "2.5,   0, warning,  75, warning",
        "5,     0, critical, 40, warning",
        "5.5,   0, critical, 40, critical",
        "1,     1, warning,  75, ''",
        "1,     2, warning,  75, warning",
        "1,     5, critical, 40, warning",
        "1,     6, critical, 40, critical",
        "6,     6, critical, 40, critical critical"
    })
    void judgesByAverageTimeAndShareOfFailures(
            double seconds, int failedOfHundred, String status, int score, String alerts) {
        for (int i = 0; i < 100; i++) {
            figures.add(turn(NOW.minusSeconds(i), seconds, i < failedOfHundred));
        }

        var document = health.document();

        assertThat(document.path("health_status").asText()).isEqualTo(status);
        assertThat(document.path("health_score").asInt()).isEqualTo(score);
        assertThat(String.join(" ", document.path("alerts").findValuesAsText("level")))
                .isEqualTo(alerts);
        assertThat(document.path("recommendations")).hasSameSizeAs(document.path("alerts"));
        assertThat(document.at("/metrics/requests_analyzed").asInt()).isEqualTo(100);
        assertThat(document.at("/metrics/slow_requests_count").asInt()).isEqualTo(seconds > 5 ? 100 : 0);
    }

    @Test
    void looksAtTheLastFiveMinutesOnly() {
        figures.add(turn(NOW.minus(Duration.ofMinutes(5)), 60, true));

        assertThat(health.document().path("health_status").asText()).isEqualTo("healthy");
        assertThat(health.document().at("/metrics/requests_analyzed").asInt()).isZero();
    }

    @Test
    void warnsOfMoreThanFiftyInFlight() {
        for (int i = 0; i < 50; i++) {
            begin(i);
        }
        assertThat(health.document().path("alerts")).isEmpty();

        begin(50);

        assertThat(health.document().at("/alerts/0/level").asText()).isEqualTo("warning");
        assertThat(health.document().at("/metrics/active_requests").asInt()).isEqualTo(51);
    }

    private void begin(int number) {
        figures.began("message " + number, new LiveTurn("request " + number, "user", "claude", "model", NOW));
    }

    private static TurnSample turn(Instant at, double seconds, boolean failed) {
        return new TurnSample(
                "message",
                at,
                "user",
                "claude",
                "model",
                seconds,
                seconds,
                1,
                1,
                BigDecimal.ZERO,
                failed ? Optional.of("server") : Optional.empty(),
                false);
    }
}
