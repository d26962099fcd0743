package dev.gaia.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

/**
 * The steps of measuring one target; every step puts its figures into the target.
 *
 * @param scale length of the steps: 1, or less for a quick run
 */
record Measurement(Wrk wrk, LoadClient client, double scale) {

    /** Streams last a second, so that many are open only after one. */
    private static final Duration STREAMS_FILLED = Duration.ofMillis(1_500);

    /** Open at any time in each of two rounds. */
    private static final int WHOLE_STREAMS = 500;

    private static final int WARM_UP_SLICES = 8;
    private static final int SLICE_SECONDS = 4;
    private static final double COMPILED = 0.08;

    /**
     * Load in slices until the JVM's compilers take little of the CPU, or so many slices have passed. On a busy machine
     * a fixed time would be too short, since compilers then get little of it.
     */
    void warmUp(Target target) {
        say(target, "warming up");
        int slice = seconds(SLICE_SECONDS);
        untilCompiled(target, () -> wrk.run(target, slice));
        untilCompiled(target, () -> client.streams(target, 100, Duration.ZERO, Duration.ofSeconds(slice)));
    }

    private static void untilCompiled(Target target, Runnable slice) {
        for (int count = 0; count < WARM_UP_SLICES; count++) {
            var before = target.processes().cpu();
            slice.run();
            var cpu = target.processes().cpu().since(before);
            if (cpu.compilerMillis() < COMPILED * cpu.measuredMillis()) {
                return;
            }
        }
    }

    /** As many documents as 64 connections can, and the CPU they take. */
    void throughput(Target target) {
        say(target, "64 connections");
        var before = target.processes().cpu();
        var result = wrk.run(target, seconds(6));
        var cpu = target.processes().cpu().since(before);
        double thousands = result.requests() / 1e3;
        target.put("json-requests-per-s", result.perSecond());
        target.put("json-cpu-ms-per-1000", cpu.measuredMillis() / thousands);
        target.put("json-cpu-ms-per-1000-of-nats", cpu.natsMillis() / thousands);
        target.put("json-cpu-ms-per-1000-of-compilers", cpu.compilerMillis() / thousands);
        target.put("json-cpu-ms-per-1000-of-postgres", cpu.postgresMillis() / thousands);
        target.put("json-failures", (double) result.failures());
    }

    /** The latency of documents at a fixed rate. */
    void latency(Target target, int perSecond) {
        say(target, perSecond + " requests/s");
        var result = client.documents(target, perSecond, duration(1), duration(6));
        var name = "rate-" + perSecond;
        target.put(name + "-p50-ms", result.times().percentileMillis(50));
        target.put(name + "-p99-ms", result.times().percentileMillis(99));
        target.put(name + "-failures", (double) result.failures());
    }

    /** First token, delay of tokens and CPU per token with so many streams open. */
    void streams(Target target, int open) {
        say(target, open + " streams");
        var window = duration(6);
        var result = client.streams(target, open, STREAMS_FILLED, window);
        var name = "streams-" + open;
        target.put(name + "-first-token-p50-ms", result.times().percentileMillis(50));
        target.put(name + "-first-token-p99-ms", result.times().percentileMillis(99));
        target.put(name + "-tokens-per-s", result.tokens() * 1e3 / window.toMillis());
        target.put(name + "-token-delay-p50-ms", result.tokenDelays().percentileMillis(50));
        target.put(name + "-token-delay-p99-ms", result.tokenDelays().percentileMillis(99));
        target.put(name + "-cpu-us-per-token", result.cpu().measuredMillis() * 1e3 / result.tokens());
        target.put(name + "-failures", (double) result.failures());
    }

    /**
     * 500 streams for a while, twice: whether each is whole and in order, and what the heap holds after a full collection
     * before, between and after. The first round fills what is kept of dialogues; the second must add nothing.
     */
    void whole(Target target, LoadClient few) {
        say(target, WHOLE_STREAMS + " streams for a while, twice");
        var java = target.processes().java();
        target.put("whole-heap-before-mb", LiveHeap.megabytes(java));
        long tokens = 0;
        long failures = 0;
        for (String round : List.of("first", "second")) {
            var result = few.streams(target, WHOLE_STREAMS, STREAMS_FILLED, duration(24));
            tokens += result.tokens();
            failures += result.failures();
            target.put("whole-heap-" + round + "-mb", LiveHeap.megabytes(java));
        }
        target.put("whole-streams", (double) tokens / LoadClient.TOKENS_PER_STREAM);
        target.put("whole-failures", (double) failures);
        if (failures == 0) {
            // The heap of a process that answered nothing is flat, too.
            target.put("whole-heap-growth-mb", target.get("whole-heap-second-mb") - target.get("whole-heap-first-mb"));
        }
    }

    private int seconds(int full) {
        return (int) Math.max(1, Math.round(full * scale));
    }

    private Duration duration(int fullSeconds) {
        return Duration.ofMillis(Math.round(fullSeconds * scale * 1_000));
    }

    private static void say(Target target, String step) {
        System.err.printf(
                "%5d s  %s: %s%n", ManagementFactory.getRuntimeMXBean().getUptime() / 1_000, target.name(), step);
    }
}
