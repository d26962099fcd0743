package dev.gaia.chat.figures;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the time of turns goes: before the model is asked, and while it answers. */
final class StageReport {

    private static final double BOTTLENECK_SECONDS = 1.0;
    private static final int SLOWEST = 3;

    private StageReport() {}

    static ObjectNode of(List<TurnSample> turns, int limit) {
        Map<String, DoubleSummaryStatistics> stages = new LinkedHashMap<>();
        for (var turn : turns) {
            add(stages, "llm_api_call", turn.called());
            add(stages, "request_validation", Math.max(0, turn.total() - turn.called()));
        }
        double whole = turns.stream().mapToDouble(TurnSample::total).average().orElse(0);
        var document = JsonNodeFactory.instance.objectNode();
        var timings = document.putObject("stage_timings");
        stages.forEach((name, times) -> timings.putObject(name)
                .put("average_duration", Rounded.thousandths(times.getAverage()))
                .put("min_duration", Rounded.thousandths(times.getMin()))
                .put("max_duration", Rounded.thousandths(times.getMax()))
                .put("samples", times.getCount())
                .put("percentage_of_total", percent(times, whole)));
        var analysis = document.putObject("analysis").put("total_average_request_time", Rounded.thousandths(whole));
        var slowest = analysis.putArray("slowest_stages");
        stages.entrySet().stream()
                .sorted(Comparator.comparingDouble(stage -> -stage.getValue().getAverage()))
                .limit(SLOWEST)
                .forEach(stage -> slowest.addObject()
                        .put("stage", stage.getKey())
                        .put(
                                "average_duration",
                                Rounded.thousandths(stage.getValue().getAverage()))
                        .put("percentage", percent(stage.getValue(), whole)));
        analysis.put("bottleneck_threshold", BOTTLENECK_SECONDS);
        var recommendations = analysis.putArray("recommendations");
        stages.forEach((name, times) -> {
            if (times.getAverage() > BOTTLENECK_SECONDS) {
                recommendations.add(
                        "llm_api_call".equals(name)
                                ? "Choose a faster model, or stream its answers"
                                : "Look at the database, which is asked before a model is");
            }
        });
        return document.put("limit_applied", limit);
    }

    private static void add(Map<String, DoubleSummaryStatistics> stages, String name, double seconds) {
        stages.computeIfAbsent(name, stage -> new DoubleSummaryStatistics()).accept(seconds);
    }

    private static double percent(DoubleSummaryStatistics times, double whole) {
        return whole > 0 ? Rounded.hundredths(100 * times.getAverage() / whole) : 0;
    }
}
