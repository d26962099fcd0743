package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What operators see of attempts (failures 7), and that no client can make series without end (attacks T43). */
class AttemptFiguresTest {

    private static final int NAMES = 1_000;
    private static final int SERIES_MAX = 101;

    private static final String CANCELLED = "gaia_provider_cancelled_total";

    /** Counted by provider and model, cancelled ones by whom, too; attempts are counted by their outcome. */
    private static final List<String> COUNTS = List.of(
            "gaia_provider_retries_total",
            "gaia_provider_failovers_total",
            "gaia_provider_rescues_tried_total",
            "gaia_provider_rescues_total",
            "gaia_provider_truncated_total",
            "gaia_provider_late_total",
            CANCELLED);

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AttemptFigures figures = new AttemptFigures(meters, row -> {});

    private static Candidate candidate(String model) {
        return new Candidate("openai", "openai", model, false, Candidate.Traits.UNKNOWN);
    }

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
                Optional.empty()));
    }

    @Test
    void showsEverySeries() {
        add("gpt", "transient");
        figures.pause(candidate("gpt"), Duration.ofMillis(300).toNanos());
        figures.breaker("openai/gpt", Breaker.State.OPEN);

        assertThat(meters.scrape())
                .contains(
                        "gaia_provider_attempts_total{model=\"gpt\",outcome=\"transient\",provider=\"openai\"} 1.0",
                        "gaia_provider_cancelled_total{by=\"caller\",model=\"gpt\",provider=\"openai\"} 1.0",
                        "gaia_provider_breaker{route=\"openai/gpt\"} 2.0",
                        "gaia_provider_breaker_changes_total{route=\"openai/gpt\",state=\"open\"} 1.0",
                        "gaia_provider_first_token_seconds_bucket{model=\"gpt\",provider=\"openai\",le=\"0.25\"} 1",
                        "gaia_provider_idle_seconds_bucket{model=\"gpt\",provider=\"openai\",le=\"0.5\"} 1");
    }

    @Test
    void countsEveryChangeOfABreakerByItsNewState() {
        for (var state :
                List.of(Breaker.State.OPEN, Breaker.State.HALF_OPEN, Breaker.State.OPEN, Breaker.State.HALF_OPEN)) {
            figures.breaker("openai/gpt", state);
        }
        assertThat(meters.scrape()).contains("gaia_provider_breaker{route=\"openai/gpt\"} 1.0");

        figures.breaker("openai/gpt", Breaker.State.CLOSED);

        assertThat(meters.scrape())
                .contains(
                        "gaia_provider_breaker{route=\"openai/gpt\"} 0.0",
                        "gaia_provider_breaker_changes_total{route=\"openai/gpt\",state=\"open\"} 2.0",
                        "gaia_provider_breaker_changes_total{route=\"openai/gpt\",state=\"half-open\"} 2.0",
                        "gaia_provider_breaker_changes_total{route=\"openai/gpt\",state=\"closed\"} 1.0");
    }

    @Test
    void namesTheModelOfEveryCount() {
        countAll(candidate("gpt"));
        figures.countAgain(candidate("gpt-mini"));
        figures.countAgain(candidate("gpt-mini"));

        assertThat(meters.scrape())
                .contains(COUNTS.stream()
                        .map(name -> name + (CANCELLED.equals(name) ? "{by=\"caller\"," : "{")
                                + "model=\"gpt\",provider=\"openai\"} 1.0")
                        .toList())
                .contains("gaia_provider_retries_total{model=\"gpt-mini\",provider=\"openai\"} 2.0");
    }

    private void countAll(Candidate candidate) {
        figures.countAgain(candidate);
        figures.countFailOver(candidate);
        figures.countRescueTried(candidate);
        figures.countRescue(candidate);
        figures.countLate(candidate);
        figures.countTruncated(candidate);
        add(candidate.model(), "silent");
    }

    @Test
    void boundsTheNumberOfSeries() {
        for (int i = 0; i < NAMES; i++) {
            countAll(candidate("hostile-" + i));
            figures.breaker("openai/hostile-" + i, Breaker.State.OPEN);
        }
        var lines = meters.scrape().lines().toList();

        for (var name : COUNTS) {
            assertThat(lines.stream().filter(line -> line.startsWith(name + "{")))
                    .as(name)
                    .hasSize(SERIES_MAX)
                    .anyMatch(line -> line.contains("model=\"other\""));
        }
        assertThat(lines.stream().filter(line -> line.startsWith("gaia_provider_attempts_total{")))
                .hasSize(SERIES_MAX)
                .anyMatch(line -> line.contains("model=\"other\""));
        for (var name : List.of("gaia_provider_breaker{", "gaia_provider_breaker_changes_total{")) {
            assertThat(lines.stream().filter(line -> line.startsWith(name))).hasSizeLessThanOrEqualTo(SERIES_MAX);
        }
    }
}
