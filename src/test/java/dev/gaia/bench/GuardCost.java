package dev.gaia.bench;

import dev.gaia.bench.Programs.Program;
import dev.gaia.embedded.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What plan, breakers, budgets and accounting add to a request whose model is well (failures 13.7): one Gaia, started as
 * people start it, answers whole requests with its route {@code chat-provider} and, in turns, with one of that name that
 * calls the provider and nothing else. The file is changed while the process runs, so that both meet the same compiled
 * code and the same heap. {@code scripts/bench --guard} runs it on a machine that does nothing else.
 */
public final class GuardCost {

    private static final int USERS = 8_000;
    private static final int WARM_UPS = 6;
    private static final int ROUNDS = 12;
    private static final int SECONDS = 5;
    private static final int PER_SECOND = 200;
    private static final Duration LATENCY_WINDOW = Duration.ofSeconds(2);

    /** Collecting a stream is not what is compared. */
    private static final String MODELS = "providers: [{name: openai, collect-streams: false}]\n";

    /** The model that was chosen, asked once; its usage stands where the answer tells who was asked. */
    private static final String BARE = """
            - route:
                id: chat-provider
                group: chat
                description: Asks the chosen model, once, and does nothing about failures.
                from:
                  uri: direct:chat-provider
                  steps:
                    - setBody:
                        expression:
                          variable:
                            expression: call
                    - to:
                        uri: direct:chat-provider-openai
                    - setVariable:
                        name: gateway
                        expression:
                          simple:
                            expression: "${body.get('usage')}"
            """;

    private final Path route;
    private final String guarded;
    private final Programs programs;
    private final Program program;
    private final Target target;
    private final Callers callers;
    private final String document;
    private final Wrk wrk;
    private final LoadClient client;

    private GuardCost(
            Path route,
            Programs programs,
            Gaia.Started gaia,
            Callers callers,
            String document,
            Wrk wrk,
            LoadClient client)
            throws IOException {
        this.route = route;
        this.guarded = Files.readString(route);
        this.programs = programs;
        this.program = gaia.program();
        this.target = gaia.target();
        this.callers = callers;
        this.document = document;
        this.wrk = wrk;
        this.client = client;
    }

    /** Figures of one way: requests in a second, CPU of Gaia and of PostgreSQL in ms for one, and its median of ms. */
    private record Figures(double rate, double cpu, double postgres, double median) {}

    /** Arguments: see {@link BenchOptions#of}. */
    public static void main(String[] arguments) throws IOException {
        var options = BenchOptions.of(arguments);
        Files.createDirectories(options.folder());
        var routes = copy(Path.of("routes"), options.folder().resolve("routes"));
        var models = Files.writeString(options.folder().resolve("models.yaml"), MODELS);
        var callers = Callers.mint(USERS);
        try (var programs = new Programs(options.folder());
                var client = new LoadClient(callers, options.model())) {
            int providerPort = FreePort.find();
            programs.startProvider(providerPort);
            var gaia = new Gaia(
                    programs,
                    options.folder(),
                    providerPort,
                    Map.of(
                            "GAIA_ROUTES_DIR", routes.toString(),
                            "GAIA_ROUTES_RELOAD", "true",
                            "GAIA_MODELS_FILE", models.toString()));
            var started = gaia.start("gaia-guard", "direct", true);
            var document = Prompts.document(options.model());
            var wrk = new Wrk(options.folder(), callers, document);
            var route = routes.resolve("chat/chat-provider.camel.yaml");
            new GuardCost(route, programs, started, callers, document, wrk, client).run();
        } catch (BenchFailure e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (var file : files.toList()) {
                var copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return to;
    }

    private void run() throws IOException {
        var bare = new ArrayList<Figures>();
        var guard = new ArrayList<Figures>();
        for (int round = 0; round < WARM_UPS + ROUNDS; round++) {
            boolean bareFirst = round % 2 == 0;
            var first = measure(bareFirst);
            var second = measure(!bareFirst);
            if (round >= WARM_UPS) {
                bare.add(bareFirst ? first : second);
                guard.add(bareFirst ? second : first);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "A guarded request whose model is well, against a bare one (medians of %d rounds in turns):%n"
                        + "  throughput  %.3f times that of the bare one (aim: more than 0.95)%n"
                        + "  CPU         %.3f ms more than %.3f ms (%.1f percent), PostgreSQL %.3f ms more than %.3f%n"
                        + "  answer      %.3f ms later than after %.3f ms (aim: less than 1)%n",
                ROUNDS,
                median(bare, guard, Figures::rate, true),
                median(bare, guard, Figures::cpu, false),
                median(bare.stream().map(Figures::cpu).toList()),
                100 * (median(bare, guard, Figures::cpu, true) - 1),
                median(bare, guard, Figures::postgres, false),
                median(bare.stream().map(Figures::postgres).toList()),
                median(bare, guard, Figures::median, false),
                median(bare.stream().map(Figures::median).toList()));
    }

    private Figures measure(boolean bare) throws IOException {
        Files.writeString(route, bare ? BARE : guarded);
        programs.await(program, () -> answersBare() == bare);
        var before = target.processes().cpu();
        var result = wrk.run(target, SECONDS);
        var cpu = target.processes().cpu().since(before);
        if (result.failures() > 0) {
            throw new BenchFailure(result.failures() + " requests failed.");
        }
        var answers = client.documents(target, PER_SECOND, Duration.ofMillis(500), LATENCY_WINDOW);
        return new Figures(
                result.perSecond(),
                (cpu.measuredMillis() - cpu.compilerMillis()) / result.requests(),
                cpu.postgresMillis() / result.requests(),
                answers.times().percentileMillis(50));
    }

    /** The guarded route says who was asked. */
    private boolean answersBare() {
        return target.answer(callers.next(), document)
                .headers()
                .firstValue("X-Gateway-Attempts")
                .isEmpty();
    }

    /** The median of what the guarded one adds in each round, or of its share. */
    private static double median(
            List<Figures> bare, List<Figures> guard, ToDoubleFunction<Figures> figure, boolean share) {
        var values = new ArrayList<Double>();
        for (int i = 0; i < bare.size(); i++) {
            double one = figure.applyAsDouble(bare.get(i));
            double other = figure.applyAsDouble(guard.get(i));
            values.add(share ? other / one : other - one);
        }
        return median(values);
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }
}
