package dev.gaia.bench;

import dev.gaia.fake.FakeModelProvider;
import dev.gaia.fake.ReceivedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * A model that fails every call at 500 calls a second, against the same load while it is well (failures F31): what it is
 * asked, what Gaia and its callers pay, and what happens when it is back. {@code scripts/bench --storm} runs it.
 *
 * <p>Gaia is a process of its own, started as people start it; provider and callers share the bench's process. The load
 * goes on from before the storm until after it, in three windows of which each is measured.
 */
public final class Storm {

    private static final String MODEL = "storm-model";
    private static final String FALLBACK = "calm-model";
    private static final String MODELS = """
            models:
              - {id: storm-model, provider: openai, capabilities: [chat, streaming], fallbacks: [calm-model]}
              - {id: calm-model, provider: openai, capabilities: [chat, streaming]}
            """;

    private static final int PER_SECOND = 500;
    private static final int USERS = 4_000;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final int WARM_UPS_MAX = 9;
    /** Share of the CPU that the JVM's compilers take when they have little left to do. */
    private static final double COMPILED = 0.08;

    private static final Duration WINDOW = Duration.ofSeconds(10);
    /** Long enough to see it serve again, at the latest 15 s after it is well (failures 5). */
    private static final Duration RECOVERY = Duration.ofSeconds(16);

    /** By then a failing model is asked at the rate of probes: one for each time that its breaker was open. */
    private static final Duration OPENED = Duration.ofSeconds(2);

    private static final int PROBES_MAX = 6;
    private static final int ROUNDS = 2;

    private final FakeModelProvider provider;
    private final LoadClient client;
    private final Target target;

    private Storm(FakeModelProvider provider, LoadClient client, Target target) {
        this.provider = provider;
        this.client = client;
        this.target = target;
    }

    /**
     * One window of load.
     *
     * @param residentMegabytes of the process at its end
     * @param heapMegabytes after a full collection at its end
     */
    private record Window(Instant began, LoadClient.Result result, double residentMegabytes, double heapMegabytes) {}

    /** Arguments: see {@link BenchOptions#of}. */
    public static void main(String[] arguments) throws IOException {
        var options = BenchOptions.of(arguments);
        var models = Files.writeString(Files.createDirectories(options.folder()).resolve("storm.yaml"), MODELS);
        try (var provider = FakeModelProvider.start();
                var programs = new Programs(options.folder());
                var client = new LoadClient(Callers.mint(USERS), MODEL)) {
            var gaia = new Gaia(
                    programs, options.folder(), provider.port(), Map.of("GAIA_MODELS_FILE", models.toString()));
            for (String link : options.links()) {
                var started = gaia.start("gaia-" + link, link, true);
                new Storm(provider, client, started.target()).run();
                gaia.stop(started);
            }
        } catch (BenchFailure e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    /** Twice: the first storm meets code that was never run. */
    private void run() {
        provider.behave(MODEL, "fake-sentence");
        boolean compiled = false;
        for (int i = 0; i < WARM_UPS_MAX && !compiled; i++) {
            var cpu =
                    client.documents(target, PER_SECOND, Duration.ZERO, WARM_UP).cpu();
            compiled = cpu.compilerMillis() < COMPILED * cpu.measuredMillis();
        }
        for (int round = 1; round <= ROUNDS; round++) {
            var well = window("fake-sentence", WINDOW);
            var storm = window("fake-error-503", WINDOW);
            long asked = asked(MODEL, storm.began(), Duration.ZERO, WINDOW);
            long later = asked(MODEL, storm.began(), OPENED, WINDOW);
            long fallback = asked(FALLBACK, storm.began(), Duration.ZERO, WINDOW);
            var after = window("fake-sentence", RECOVERY);
            System.out.printf("%n%s, storm %d of %d%n", target.name(), round, ROUNDS);
            print("well", well);
            print("storm", storm);
            print("after", after);
            print(well, storm, asked, later, fallback, after);
        }
    }

    private void print(String name, Window window) {
        var result = window.result();
        System.out.printf(
                Locale.ROOT,
                "  %-8s p50 %.1f ms, p99 %.1f ms, CPU %.2f ms a call (compilers %.2f), %.0f MB resident, %.0f MB live%n",
                name,
                result.times().percentileMillis(50),
                result.times().percentileMillis(99),
                result.cpu().measuredMillis() / result.times().count(),
                result.cpu().compilerMillis() / result.times().count(),
                window.residentMegabytes(),
                window.heapMegabytes());
    }

    private void print(Window well, Window storm, long asked, long later, long fallback, Window after) {
        double calls = PER_SECOND * WINDOW.toSeconds();
        double surge = 0;
        for (int second = 0; second < RECOVERY.toSeconds(); second++) {
            surge = Math.max(surge, (double)
                    asked(MODEL, after.began(), Duration.ofSeconds(second), Duration.ofSeconds(second + 1)));
        }
        long back = asked(MODEL, after.began(), RECOVERY.minusSeconds(1), RECOVERY);
        aim(
                "calls not answered",
                (double) (storm.result().failures() + after.result().failures()),
                0);
        aim("attempts on the failing model, times calls", asked / calls, 1.2);
        aim("attempts on it after " + OPENED.toSeconds() + " s, probes", (double) later, PROBES_MAX);
        aim("attempts on the fallback, times calls", fallback / calls, 1);
        aim("CPU, times the healthy load", ratio(storm, well), 1.5);
        aim("resident memory, times the healthy load", storm.residentMegabytes() / well.residentMegabytes(), 1.5);
        aim("live heap, times the healthy load", storm.heapMegabytes() / well.heapMegabytes(), 1.5);
        aim("answer later at p50, ms", later(storm, well, 50), 50);
        aim("answer later at p99, ms", later(storm, well, 99), 50);
        aim("attempts in a second after recovery, times calls", surge / PER_SECOND, 1.2);
        aim("share of calls that it does not serve again after 15 s", 1 - back / (double) PER_SECOND, 0.02);
    }

    private static double ratio(Window one, Window other) {
        return one.result().cpu().measuredMillis() / other.result().cpu().measuredMillis();
    }

    private static double later(Window one, Window other, double percent) {
        return one.result().times().percentileMillis(percent)
                - other.result().times().percentileMillis(percent);
    }

    private static void aim(String name, double value, double limit) {
        System.out.printf(
                Locale.ROOT,
                "  %-6s %-60s %8.3f  (aim: at most %s)%n",
                value <= limit ? "met" : "MISSED",
                name,
                value,
                limit);
    }

    private Window window(String script, Duration length) {
        provider.reset();
        provider.behave(MODEL, script);
        var began = Instant.now();
        var result = client.documents(target, PER_SECOND, Duration.ZERO, length);
        double resident = target.processes().residentMegabytes("java");
        return new Window(
                began, result, resident, LiveHeap.megabytes(target.processes().java()));
    }

    private long asked(String model, Instant began, Duration from, Duration to) {
        return provider.requests().stream()
                .filter(request -> model.equals(request.body().path("model").asText()))
                .map(ReceivedRequest::arrivedAt)
                .filter(at -> !at.isBefore(began.plus(from)) && at.isBefore(began.plus(to)))
                .count();
    }
}
