package dev.gaia.chat.figures;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/** The verdict over the last five minutes (semantics 18). */
final class PerformanceHealth {

    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final double GOOD_SECONDS = 2;
    private static final double BAD_SECONDS = 5;
    private static final double GOOD_ERRORS = 1;
    private static final double BAD_ERRORS = 5;
    private static final int MANY_IN_FLIGHT = 50;

    private final TurnFigures figures;

    PerformanceHealth(TurnFigures figures) {
        this.figures = figures;
    }

    /** {@code healthy}, {@code warning} or {@code critical}. */
    String status() {
        return status(figures.last(WINDOW));
    }

    private static String status(List<TurnSample> turns) {
        double seconds = average(turns);
        double errors = errorPercent(turns);
        if (seconds < GOOD_SECONDS && errors < GOOD_ERRORS) {
            return "healthy";
        }
        return seconds < BAD_SECONDS && errors < BAD_ERRORS ? "warning" : "critical";
    }

    /** The document of {@code GET /performance/health}. */
    ObjectNode document() {
        var turns = figures.last(WINDOW);
        var status = status(turns);
        var document = JsonNodeFactory.instance.objectNode();
        document.put("health_status", status)
                .put("health_score", "healthy".equals(status) ? 95 : "warning".equals(status) ? 75 : 40);
        document.putObject("metrics")
                .put("average_response_time", Rounded.thousandths(average(turns)))
                .put(
                        "slow_requests_count",
                        turns.stream()
                                .filter(turn -> turn.total() > BAD_SECONDS)
                                .count())
                .put("error_rate_percent", Rounded.hundredths(errorPercent(turns)))
                .put("active_requests", figures.inFlightCount())
                .put("requests_analyzed", turns.size());
        document.putObject("thresholds")
                .put("healthy_response_time", "< 2.0s")
                .put("warning_response_time", "< 5.0s")
                .put("critical_response_time", ">= 5.0s")
                .put("healthy_error_rate", "< 1.0%")
                .put("warning_error_rate", "< 5.0%")
                .put("critical_error_rate", ">= 5.0%");
        var alerts = document.putArray("alerts");
        alertTimes(alerts, average(turns));
        alertErrors(alerts, errorPercent(turns));
        if (figures.inFlightCount() > MANY_IN_FLIGHT) {
            alert(
                    alerts,
                    "warning",
                    figures.inFlightCount() + " requests are in flight",
                    "> " + MANY_IN_FLIGHT,
                    "Run more processes, or look for a provider that hangs");
        }
        var recommendations = document.putArray("recommendations");
        alerts.forEach(alert -> recommendations.add(alert.path("recommendation").asText()));
        return document.put("timestamp", NaiveTime.of(figures.now()));
    }

    private static void alertTimes(ArrayNode alerts, double seconds) {
        if (seconds > GOOD_SECONDS) {
            boolean bad = seconds > BAD_SECONDS;
            alert(
                    alerts,
                    bad ? "critical" : "warning",
                    "Answers take " + Rounded.thousandths(seconds) + " seconds on average",
                    bad ? "> 5.0s" : "> 2.0s",
                    "Choose a faster model, or look at /api/v0.2/performance/stages");
        }
    }

    private static void alertErrors(ArrayNode alerts, double percent) {
        if (percent > GOOD_ERRORS) {
            boolean bad = percent > BAD_ERRORS;
            alert(
                    alerts,
                    bad ? "critical" : "warning",
                    Rounded.hundredths(percent) + " percent of the requests fail",
                    bad ? "> 5.0%" : "> 1.0%",
                    "Look at /api/v0.2/providers/health for the provider that fails");
        }
    }

    private static void alert(ArrayNode alerts, String level, String message, String threshold, String advice) {
        alerts.addObject()
                .put("level", level)
                .put("message", message)
                .put("threshold", threshold)
                .put("recommendation", advice);
    }

    private static double average(List<TurnSample> turns) {
        return turns.stream().mapToDouble(TurnSample::total).average().orElse(0);
    }

    private static double errorPercent(List<TurnSample> turns) {
        return turns.isEmpty()
                ? 0
                : 100.0 * turns.stream().filter(TurnSample::failed).count() / turns.size();
    }
}
