package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What operators see of attempts (failures 7), and that no client can make series without end (attacks T43). */
class AttemptFiguresTest {

    private static final int NAMES = 1_000;
    private static final int SERIES_MAX = 101;

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AttemptFigures figures = new AttemptFigures(meters, row -> {});

    private void add(String model, String outcome) {
        figures.add(new AttemptRow(
                Instant.EPOCH,
                "request",
                "user",
                1,
                "openai",
                model,
                outcome,
                OptionalLong.of(200),
                OptionalLong.of(120),
                500,
                OptionalLong.of(10),
                20,
                false,
                Optional.of("caller"),
                OptionalDouble.empty()));
    }

    @Test
    void showsEverySeries() {
        add("gpt", "transient");
        figures.pause("openai", Duration.ofMillis(300).toNanos());
        figures.breaker("openai/gpt", Breaker.State.OPEN);

        assertThat(meters.scrape())
                .contains(
                        "gaia_provider_attempts_total{model=\"gpt\",outcome=\"transient\",provider=\"openai\"} 1.0",
                        "gaia_provider_retries_total",
                        "gaia_provider_failovers_total",
                        "gaia_provider_rescues_tried_total",
                        "gaia_provider_rescues_total",
                        "gaia_provider_truncated_total",
                        "gaia_provider_cancelled_total 1.0",
                        "gaia_provider_breaker{route=\"openai/gpt\"} 2.0",
                        "gaia_provider_first_token_seconds_bucket{provider=\"openai\",le=\"0.25\"} 1",
                        "gaia_provider_idle_seconds_bucket{provider=\"openai\",le=\"0.5\"} 1");
    }

    @Test
    void boundsTheNumberOfSeries() {
        for (int i = 0; i < NAMES; i++) {
            add("hostile-" + i, "ok");
            figures.breaker("openai/hostile-" + i, Breaker.State.OPEN);
        }
        var lines = meters.scrape().lines().toList();

        assertThat(lines.stream().filter(line -> line.startsWith("gaia_provider_attempts_total{")))
                .hasSizeLessThanOrEqualTo(SERIES_MAX)
                .anyMatch(line -> line.contains("model=\"other\""));
        assertThat(lines.stream().filter(line -> line.startsWith("gaia_provider_breaker{")))
                .hasSizeLessThanOrEqualTo(SERIES_MAX);
    }
}
