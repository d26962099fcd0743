package dev.gaia.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.embedded.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the fake provider itself, nginx before it, and Gaia before it with both links, one after the other on the
 * same machine; {@code scripts/bench} explains how to read the result.
 */
public final class Bench {

    /**
     * So many that a dialogue has some ten or twenty messages when the bench ends, as real ones do; fewer than the
     * dialogues that Gaia keeps in memory, or else every request would read its dialogue from the database, as only the
     * first one of a caller does in real use.
     */
    private static final int USERS = 8_000;

    /**
     * Of the streams that go on for a while. So few that each has more turns in one round than its dialogue keeps: else
     * dialogues would still grow in the second round.
     */
    private static final int STREAM_USERS = 1_000;

    private static final double BUSY_LIMIT_PERCENT = 10;

    private final BenchOptions options;
    private final Programs programs;
    private final Callers callers = Callers.mint(USERS);
    private final LoadClient client;
    private final LoadClient fewClient;
    private final Measurement measurement;
    private final List<Target> targets = new ArrayList<>();

    private Bench(BenchOptions options, Programs programs) {
        this.options = options;
        this.programs = programs;
        this.client = new LoadClient(callers, options.model());
        this.fewClient = new LoadClient(Callers.mint(STREAM_USERS), options.model());
        this.measurement = new Measurement(
                new Wrk(options.folder(), callers, Prompts.document(options.model())), client, options.scale());
    }

    /** Arguments: see {@link BenchOptions#of}. */
    public static void main(String[] arguments) throws IOException {
        var options = BenchOptions.of(arguments);
        Files.createDirectories(options.folder());
        var programs = new Programs(options.folder());
        try (programs) {
            new Bench(options, programs).run();
        } catch (BenchFailure e) {
            System.err.println("bench: " + e.getMessage());
            programs.close();
            System.exit(1);
        }
        System.exit(0);
    }

    private void run() throws IOException {
        double busy = Machine.busyPercent(Duration.ofSeconds(2));
        if (busy > BUSY_LIMIT_PERCENT) {
            System.err.printf("Something else keeps %.0f %% of this machine busy; the figures will suffer.%n", busy);
        }
        int providerPort = FreePort.find();
        var provider = programs.startProvider(providerPort);
        var address = "http://127.0.0.1:" + providerPort + "/v1/chat/completions";
        measure(new Target("direct", address, address, provider.processes()));
        measure(Nginx.start(programs, options.folder(), providerPort));
        if (options.gaia()) {
            measureGaia(new Gaia(programs, options.folder(), providerPort));
        }
        client.close();
        fewClient.close();
        report(busy);
    }

    private void measureGaia(Gaia gaia) {
        // The first start creates the database and is not measured.
        gaia.stop(gaia.start("gaia-first-start", "direct", true));
        for (String link : options.links()) {
            var started = gaia.start("gaia-" + link, link, true);
            measure(started.target());
            measurement.whole(started.target(), fewClient);
            gaia.stop(started);
        }
        // A difference of a few percent is nothing that a quick run could show.
        if (options.links().contains("direct") && !options.quick()) {
            var silent = gaia.start("gaia-direct-no-metrics", "direct", false);
            targets.add(silent.target());
            measurement.warmUp(silent.target());
            measurement.throughput(silent.target());
            gaia.stop(silent);
        }
    }

    private void measure(Target target) {
        target.answer(callers.next(), Prompts.document(options.model()));
        targets.add(target);
        target.put("resident-idle-mb", residentMegabytes(target));
        measurement.warmUp(target);
        measurement.throughput(target);
        measurement.latency(target, 200);
        measurement.latency(target, 2_000);
        measurement.streams(target, 100);
        measurement.streams(target, 500);
        target.put("resident-mb", residentMegabytes(target));
    }

    private static double residentMegabytes(Target target) {
        return target.processes().residentMegabytes("nginx".equals(target.name()) ? "nginx" : "java");
    }

    private void report(double busy) throws IOException {
        var report = new Report(targets);
        System.out.println();
        System.out.print(report.text());
        var json = report.json();
        json.put("busy-before-percent", Math.round(busy))
                .put("started", Instant.now().toString())
                .put("quick", options.quick())
                .put("cores", Runtime.getRuntime().availableProcessors())
                .put("java", System.getProperty("java.vm.version"));
        var file = options.results().resolve("result-" + Instant.now().getEpochSecond() + ".json");
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json);
        System.out.printf("%nFigures in %s%n", file);
    }
}
