package dev.gaia.chat.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.mapping.TableReader;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The bounds of semantics 18: the last thousand, ten in flight, shares that make up the whole. */
class PerformanceTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final TurnFigures figures = new TurnFigures(Clock.fixed(NOW, ZoneOffset.UTC));
    private final Performance performance = new Performance(
            figures,
            new ModelOffer(ModelCatalogue.read(new TableReader(Path.of("mappings")), Optional.empty()), List.of()));

    @Test
    void keepsTheLastThousandTurns() {
        figures.add(turn(100, 100));
        for (int i = 0; i < 1_000; i++) {
            figures.add(turn(1, 0.5));
        }

        var summary = performance.summary().path("summary");

        assertThat(summary.path("total_requests").asInt()).isEqualTo(1_000);
        assertThat(summary.path("max_response_time").asDouble()).isEqualTo(1);
    }

    @Test
    void isAllZeroWhenThereIsNothing() {
        var document = performance.summary();

        assertThat(document.path("summary"))
                .allSatisfy(value -> assertThat(value.asDouble()).isZero());
        assertThat(document.path("providers")).isEmpty();
        assertThat(document.path("data_since").asText()).startsWith("2026-11-28T12:00:00");
    }

    @Test
    void listsTenInFlightTheLongestFirst() {
        for (int i = 0; i < 12; i++) {
            figures.began(
                    "message " + i,
                    new LiveTurn("request " + i, "user", "claude", "model", NOW.minusSeconds((i * 5) % 12)));
        }

        var live = performance.live();

        var listed = live.at("/active_requests/requests");
        assertThat(live.at("/active_requests/count").asInt()).isEqualTo(12);
        assertThat(StreamSupport.stream(listed.spliterator(), false)
                        .map(request -> request.path("current_duration").asInt()))
                .containsExactlyElementsOf(IntStream.iterate(11, seconds -> seconds - 1)
                        .limit(10)
                        .boxed()
                        .toList());
        assertThat(live.at("/active_requests/total_active_time").asDouble()).isEqualTo(66);
        assertThat(live.at("/system_metrics/active_connections").asInt()).isGreaterThanOrEqualTo(12);
    }

    @Test
    void theSharesOfTheStagesMakeUpTheWhole() {
        figures.add(turn(3, 2));
        figures.add(turn(7, 1));
        figures.add(turn(0.001, 0));

        var document = performance.stages(100);

        var shares = document.path("stage_timings").findValues("percentage_of_total");
        assertThat(shares.stream().mapToDouble(JsonNode::asDouble).sum()).isCloseTo(100, within(0.1));
        var slowest = document.at("/analysis/slowest_stages");
        assertThat(slowest.size()).isBetween(1, 3);
        assertThat(slowest.path(0).path("stage").asText()).isEqualTo("request_validation");
        assertThat(slowest.path(0).path("percentage").asDouble())
                .isGreaterThan(slowest.path(1).path("percentage").asDouble());
    }

    @Test
    void looksAtTheNewestTurnsOnly() {
        figures.add(turn(100, 100));
        figures.add(turn(2, 1));

        assertThat(performance
                        .stages(1)
                        .at("/analysis/total_average_request_time")
                        .asDouble())
                .isEqualTo(2);
    }

    @Test
    void aResetTellsWhatThereWasAndForgetsItButNotWhatIsInFlight() {
        figures.add(turn(2, 1));
        figures.began("message", new LiveTurn("request", "user", "claude", "model", NOW));

        var told = performance.reset().path("previous_data_summary");

        assertThat(told.path("total_requests").asInt()).isEqualTo(1);
        assertThat(told.path("active_requests").asInt()).isEqualTo(1);
        assertThat(performance.summary().at("/summary/total_requests").asInt()).isZero();
        assertThat(performance.live().at("/active_requests/count").asInt()).isEqualTo(1);
    }

    private static TurnSample turn(double total, double called) {
        return new TurnSample(
                "message",
                NOW,
                "user",
                "claude",
                "model",
                total,
                called,
                1,
                1,
                BigDecimal.ZERO,
                Optional.empty(),
                false);
    }
}
