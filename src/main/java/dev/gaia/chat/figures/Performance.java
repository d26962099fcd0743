package dev.gaia.chat.figures;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.gaia.chat.catalogue.CatalogueModel;
import dev.gaia.chat.catalogue.ModelOffer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The documents of {@code /api/v0.2/performance}, each as the contract has it. */
public final class Performance {

    private static final int LISTED_IN_FLIGHT = 10;
    private static final int COST_DECIMALS = 4;
    private static final double MEGABYTE = 1024.0 * 1024.0;
    private static final double HEALTHY_ERROR_RATE = 0.05;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final TurnFigures figures;
    private final ModelOffer offer;
    private final PerformanceHealth health;

    Performance(TurnFigures figures, ModelOffer offer) {
        this.figures = figures;
        this.offer = offer;
        this.health = new PerformanceHealth(figures);
    }

    /** {@code GET /performance/summary}. */
    public ObjectNode summary() {
        var turns = figures.samples(turn -> true);
        var times = turns.stream().mapToDouble(TurnSample::total).summaryStatistics();
        var document = NODES.objectNode();
        document.putObject("summary")
                .put("total_requests", turns.size())
                .put("average_response_time", Rounded.thousandths(times.getAverage()))
                .put("min_response_time", turns.isEmpty() ? 0 : Rounded.thousandths(times.getMin()))
                .put("max_response_time", turns.isEmpty() ? 0 : Rounded.thousandths(times.getMax()))
                .put("requests_last_hour", figures.last(Duration.ofHours(1)).size())
                .put("requests_last_24h", figures.last(Duration.ofHours(24)).size())
                .put("active_requests", figures.inFlightCount());
        var providers = document.putObject("providers");
        sorted().forEach((name, sums) -> providers
                .putObject(name)
                .put("total_requests", sums.requests())
                .put("average_response_time", Rounded.thousandths(sums.average()))
                .put("total_tokens", sums.tokens())
                .put("total_cost", Rounded.money(sums.cost(), COST_DECIMALS))
                .put("error_count", sums.errors())
                .put("error_rate", Rounded.hundredths(sums.errorRate() * 100))
                .put("last_request", NaiveTime.of(sums.last())));
        return document.put("health_status", health.status()).put("data_since", NaiveTime.of(figures.since()));
    }

    /** {@code GET /performance/providers}. */
    public ObjectNode providers() {
        var document = NODES.objectNode();
        var providers = document.putObject("providers");
        boolean allHealthy = true;
        for (var provider : offer.providers()) {
            var entry = providers.putObject(provider.name());
            var sums = figures.provider(provider.name());
            double errors = sums.map(ProviderSums::errorRate).orElse(0.0);
            var status = sums.isEmpty() || (sums.get().healthy() && errors < HEALTHY_ERROR_RATE)
                    ? "healthy"
                    : sums.get().healthy() ? "warning" : "unhealthy";
            allHealthy &= "healthy".equals(status);
            double seconds = sums.map(ProviderSums::seconds).orElse(0.0);
            long output = sums.map(ProviderSums::outputTokens).orElse(0L);
            entry.put("status", status)
                    .put(
                            "average_response_time",
                            Rounded.thousandths(sums.map(ProviderSums::average).orElse(0.0)))
                    .put(
                            "min_response_time",
                            Rounded.thousandths(sums.map(ProviderSums::shortest).orElse(0.0)))
                    .put(
                            "max_response_time",
                            Rounded.thousandths(sums.map(ProviderSums::longest).orElse(0.0)))
                    .put("total_requests", sums.map(ProviderSums::requests).orElse(0L))
                    .put("total_tokens", sums.map(ProviderSums::tokens).orElse(0L))
                    .put("tokens_per_second", seconds > 0 ? Rounded.hundredths(output / seconds) : 0)
                    .put("error_rate", Rounded.hundredths(errors * 100))
                    .put("uptime_percentage", Rounded.hundredths(100 - errors * 100))
                    .put("last_error", sums.flatMap(ProviderSums::lastError).orElse(null));
            var models = entry.putArray("available_models");
            offer.models(provider.name()).stream().map(CatalogueModel::id).forEach(models::add);
            entry.put("health_score", Rounded.hundredths(100 - errors * 100));
        }
        return document.put("overall_health", allHealthy ? "healthy" : "warning")
                .put("timestamp", NaiveTime.of(figures.now()));
    }

    /** {@code GET /performance/stages}: of the newest {@code limit} turns. */
    public ObjectNode stages(int limit) {
        var all = figures.samples(turn -> true);
        return StageReport.of(all.subList(Math.max(0, all.size() - limit), all.size()), limit)
                .put("timestamp", NaiveTime.of(figures.now()));
    }

    /** {@code GET /performance/live}. */
    public ObjectNode live() {
        var now = figures.now();
        var turns = figures.inFlight();
        var document = NODES.objectNode();
        var active = document.putObject("active_requests").put("count", turns.size());
        var listed = active.putArray("requests");
        turns.stream()
                .limit(LISTED_IN_FLIGHT)
                .forEach(turn -> listed.addObject()
                        .put("request_id", turn.requestId())
                        .put("start_time", NaiveTime.of(turn.started()))
                        .put("current_duration", Rounded.thousandths(seconds(Duration.between(turn.started(), now))))
                        .put("provider", turn.provider())
                        .put("model", turn.model())
                        .put("user_id", turn.userId())
                        .put("status", "active"));
        double sum = turns.stream()
                .mapToDouble(turn -> seconds(Duration.between(turn.started(), now)))
                .sum();
        active.put("total_active_time", Rounded.thousandths(sum));
        var memory = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        document.putObject("system_metrics")
                .put("requests_per_minute", figures.last(Duration.ofMinutes(1)).size())
                .put("memory_usage_mb", Rounded.hundredths(memory / MEGABYTE))
                .put("cpu_usage_percent", Rounded.hundredths(cpuPercent()))
                .put("active_connections", turns.size());
        return document.put("timestamp", NaiveTime.of(now));
    }

    /** {@code GET /performance/health}. */
    public ObjectNode health() {
        return health.document();
    }

    /** {@code DELETE /performance/reset}: what was there. */
    public ObjectNode reset() {
        var now = figures.now();
        var since = figures.since();
        var document =
                NODES.objectNode().put("status", "success").put("message", "Performance metrics have been reset");
        document.putObject("previous_data_summary")
                .put("total_requests", figures.samples(turn -> true).size())
                .put("total_providers", figures.providers().size())
                .put("active_requests", figures.inFlightCount())
                .putObject("data_collection_period")
                .put("start", NaiveTime.of(since))
                .put("end", NaiveTime.of(now))
                .put("duration_minutes", Rounded.hundredths(seconds(Duration.between(since, now)) / 60));
        figures.reset();
        return document.put("reset_timestamp", NaiveTime.of(now));
    }

    private Map<String, ProviderSums> sorted() {
        return new TreeMap<>(figures.providers());
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    /** Of this process; 0 where the machine does not tell. */
    private static double cpuPercent() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? Math.max(0, system.getProcessCpuLoad() * 100)
                : 0;
    }
}
