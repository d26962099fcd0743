package dev.gaia.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Compares the targets and holds Gaia's figures against the project's aims. */
final class Report {

    private static final String DIRECT = "direct";
    private static final String NGINX = "nginx";

    /** What the heap may hold more after a second round of streams: some 12,000 streams, so less than 200 bytes of each. */
    private static final double HEAP_GROWTH_MB = 2;

    private final List<Target> targets;

    /** Columns in this order; {@code direct} and {@code nginx} are the yardsticks. */
    Report(List<Target> targets) {
        this.targets = List.copyOf(targets);
    }

    /** An aim is met below its limit, or, for a rate, above it. */
    record Aim(String name, double value, double limit, boolean atLeast) {

        boolean met() {
            return atLeast ? value >= limit : value <= limit;
        }
    }

    /** What one of Gaia's columns should reach; figures that were not measured are left out. */
    List<Aim> aims() {
        var aims = new ArrayList<Aim>();
        for (Target gaia : targets) {
            if (gaia.name().startsWith("gaia-") && !gaia.name().contains("metrics")) {
                boolean nats = gaia.name().endsWith("nats");
                aims.add(atMost(
                        gaia, "JSON chat: CPU, times nginx", ratio(gaia, "json-cpu-ms-per-1000"), nats ? 22 : 8));
                aims.add(atMost(gaia, "added at 2,000/s, p50, ms", added(gaia, "rate-2000-p50-ms"), 1));
                aims.add(atMost(gaia, "added at 2,000/s, p99, ms", added(gaia, "rate-2000-p99-ms"), 4));
                aims.add(atMost(gaia, "first token added, p50, ms", added(gaia, "streams-100-first-token-p50-ms"), 1));
                aims.add(atMost(gaia, "first token added, p99, ms", added(gaia, "streams-100-first-token-p99-ms"), 3));
                aims.add(atMost(gaia, "CPU per token, times nginx", ratio(gaia, "streams-500-cpu-us-per-token"), 5));
                aims.add(new Aim(
                        gaia.name() + ": tokens/s at 500 streams",
                        gaia.get("streams-500-tokens-per-s"),
                        0.995 * 500 * LoadClient.TOKENS_PER_STREAM,
                        true));
                aims.add(atMost(
                        gaia, "token delay at 500 streams, p99, ms", gaia.get("streams-500-token-delay-p99-ms"), 15));
                aims.add(atMost(gaia, "streams lost or out of order", gaia.get("whole-failures"), 0));
                aims.add(atMost(gaia, "growth of the heap, MB", gaia.get("whole-heap-growth-mb"), HEAP_GROWTH_MB));
                aims.add(atMost(gaia, "resident memory, MB", gaia.get("resident-mb"), 400));
                aims.add(atMost(gaia, "ready after, s", gaia.get("ready-s"), 4));
            }
        }
        return aims.stream().filter(aim -> !Double.isNaN(aim.value())).toList();
    }

    /** The tables for the terminal. */
    String text() {
        var text = new StringBuilder();
        row(text, "", targets.stream().map(Target::name).toList());
        heading(text, "JSON chat, as many as 64 connections can");
        figure(text, "requests/s", "json-requests-per-s");
        figure(text, "CPU ms per 1,000 requests", "json-cpu-ms-per-1000");
        compare(text, "  times nginx", target -> ratio(target, "json-cpu-ms-per-1000"));
        figure(text, "  of it nats-server", "json-cpu-ms-per-1000-of-nats");
        figure(text, "  of it the JVM's compilers", "json-cpu-ms-per-1000-of-compilers");
        figure(text, "  PostgreSQL, not in it", "json-cpu-ms-per-1000-of-postgres");
        for (String rate : List.of("200", "2000")) {
            heading(text, "JSON chat at " + rate + " requests/s, ms");
            for (String part : List.of("p50", "p99")) {
                figure(text, part, "rate-" + rate + "-" + part + "-ms");
                compare(text, "  added", target -> added(target, "rate-" + rate + "-" + part + "-ms"));
            }
        }
        for (String open : List.of("100", "500")) {
            var prefix = "streams-" + open + "-";
            heading(text, open + " streams, a token every 20 ms");
            figure(text, "first token p50, ms", prefix + "first-token-p50-ms");
            compare(text, "  added", target -> added(target, prefix + "first-token-p50-ms"));
            figure(text, "first token p99, ms", prefix + "first-token-p99-ms");
            compare(text, "  added", target -> added(target, prefix + "first-token-p99-ms"));
            figure(text, "tokens/s", prefix + "tokens-per-s");
            figure(text, "token delay p50, ms", prefix + "token-delay-p50-ms");
            figure(text, "token delay p99, ms", prefix + "token-delay-p99-ms");
            figure(text, "CPU µs per token", prefix + "cpu-us-per-token");
            compare(text, "  times nginx", target -> ratio(target, prefix + "cpu-us-per-token"));
        }
        heading(text, "500 streams for a while, twice");
        figure(text, "streams", "whole-streams");
        figure(text, "lost or out of order", "whole-failures");
        figure(text, "heap before, MB", "whole-heap-before-mb");
        figure(text, "  after the first round", "whole-heap-first-mb");
        figure(text, "  after the second round", "whole-heap-second-mb");
        heading(text, "Process");
        figure(text, "ready after, s", "ready-s");
        figure(text, "resident when idle, MB", "resident-idle-mb");
        figure(text, "resident after the load, MB", "resident-mb");
        heading(text, "Failed requests and streams");
        for (String step : List.of("json", "rate-200", "rate-2000", "streams-100", "streams-500")) {
            figure(text, step, step + "-failures");
        }
        metricsOverhead()
                .ifPresent(percent -> text.append(
                        String.format(Locale.ROOT, "%nMetrics take %.1f %% of the CPU of JSON chat.%n", percent)));
        return text.append(aimsText()).toString();
    }

    /** The same, for comparing runs. */
    ObjectNode json() {
        var root = JsonNodeFactory.instance.objectNode();
        var columns = root.putObject("targets");
        for (Target target : targets) {
            var column = columns.putObject(target.name());
            target.figures().forEach((name, value) -> column.put(name, rounded(value)));
        }
        metricsOverhead().ifPresent(percent -> root.put("metrics-cpu-percent", rounded(percent)));
        var aims = root.putArray("aims");
        for (Aim aim : aims()) {
            aims.addObject()
                    .put("name", aim.name())
                    .put("value", rounded(aim.value()))
                    .put("limit", aim.limit())
                    .put("met", aim.met());
        }
        return root;
    }

    /** Share of the CPU that counting takes, in percent, measured in two processes that differ in nothing else. */
    private Optional<Double> metricsOverhead() {
        double without = figure("gaia-direct-no-metrics", "json-cpu-ms-per-1000");
        double with = figure("gaia-direct", "json-cpu-ms-per-1000");
        return Double.isNaN(with - without) ? Optional.empty() : Optional.of(100 * (with - without) / with);
    }

    private String aimsText() {
        var text = new StringBuilder();
        for (Aim aim : aims()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-6s %-52s %10.2f  (aim: %s %s)%n",
                    aim.met() ? "met" : "MISSED",
                    aim.name(),
                    aim.value(),
                    aim.atLeast() ? "at least" : "at most",
                    number(aim.limit())));
        }
        return text.isEmpty() ? "" : String.format("%nAims%n") + text;
    }

    private static Aim atMost(Target gaia, String name, double value, double limit) {
        return new Aim(gaia.name() + ": " + name, value, limit, false);
    }

    private double ratio(Target target, String figure) {
        return target.get(figure) / figure(NGINX, figure);
    }

    private double added(Target target, String figure) {
        return target.get(figure) - figure(DIRECT, figure);
    }

    private double figure(String targetName, String figure) {
        return targets.stream()
                .filter(target -> targetName.equals(target.name()))
                .mapToDouble(target -> target.get(figure))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static void heading(StringBuilder text, String heading) {
        text.append(String.format("%n%s%n", heading));
    }

    private void figure(StringBuilder text, String label, String figure) {
        row(
                text,
                label,
                targets.stream().map(target -> number(target.get(figure))).toList());
    }

    private void compare(StringBuilder text, String label, java.util.function.ToDoubleFunction<Target> value) {
        row(
                text,
                label,
                targets.stream()
                        .map(target -> DIRECT.equals(target.name()) ? "" : number(value.applyAsDouble(target)))
                        .toList());
    }

    private static void row(StringBuilder text, String label, List<String> cells) {
        text.append(String.format("  %-30s", label));
        cells.forEach(
                cell -> text.append(String.format("%16s", cell.replace("gaia-direct-no-metrics", "(no metrics)"))));
        text.append(System.lineSeparator());
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
    }

    private static double rounded(double value) {
        return Double.isNaN(value) ? 0 : Math.round(value * 1e3) / 1e3;
    }
}
