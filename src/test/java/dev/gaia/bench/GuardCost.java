package dev.gaia.bench;

import dev.gaia.embedded.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What plan, breakers, budgets and accounting add to a request whose model is well (failures 13.7): one Gaia, started as
 * people start it, whose route {@code chat-provider} is the shipped one for one model, and for another one a route that
 * calls the provider and does nothing else. Both are asked in short turns, so that what the machine does beside them,
 * and the database now and then, meets both alike. {@code scripts/bench --guard} runs it on a machine that does nothing
 * else.
 */
public final class GuardCost {

    private static final int USERS = 8_000;
    private static final int WARM_UPS = 15;
    private static final int ROUNDS = 120;
    private static final int SECONDS = 2;
    private static final int LATENCY_ROUNDS = 8;
    private static final int PER_SECOND = 200;
    private static final Duration LATENCY_WARM_UP = Duration.ofMillis(500);
    private static final Duration LATENCY_WINDOW = Duration.ofSeconds(2);

    private static final String ROUTE = "chat-provider";
    private static final String GUARDED = ROUTE + "-guarded";
    private static final String BARE_MODEL = "bench-bare";

    /** Collecting a stream is not what is compared; the model is priced like the one it is compared with. */
    private static final String MODELS = """
            providers: [{name: openai, collect-streams: false}]
            models:
              - {id: %s, provider: openai, context: 128000, max-output: 16384, price: {input: 0.15, output: 0.60}}
            """.formatted(BARE_MODEL);

    /** The bare model is asked once; its usage stands where the answer tells who was asked. */
    private static final String BOTH = """
            - route:
                id: chat-provider
                group: chat
                description: Asks the chosen model, once and without a guard when it is the bare one.
                from:
                  uri: direct:chat-provider
                  steps:
                    - choice:
                        when:
                          - expression:
                              simple:
                                expression: "${variable.askedModel} == '%s'"
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
                        otherwise:
                          steps:
                            - to:
                                uri: direct:%s
            """.formatted(BARE_MODEL, GUARDED);

    /** Figures of one way: requests in a second, CPU of Gaia and of PostgreSQL in ms for one. */
    private record Figures(double rate, double cpu, double postgres) {}

    /** What was measured of both in one round. */
    private record Round<T>(T guarded, T bare) {}

    /** One of the two ways, and what asks it. */
    private record Way(Wrk wrk, LoadClient client) {}

    private final Target target;
    private final Round<Way> ways;

    private GuardCost(Target target, Round<Way> ways) {
        this.target = target;
        this.ways = ways;
    }

    /** Arguments: see {@link BenchOptions#of}. */
    public static void main(String[] arguments) throws IOException {
        var options = BenchOptions.of(arguments);
        Files.createDirectories(options.folder());
        var routes = routes(options.folder().resolve("routes"));
        var models = Files.writeString(options.folder().resolve("models.yaml"), MODELS);
        var callers = Callers.mint(USERS);
        try (var programs = new Programs(options.folder());
                var guarded = new LoadClient(callers, options.model());
                var bare = new LoadClient(callers, BARE_MODEL)) {
            int providerPort = FreePort.find();
            programs.startProvider(providerPort);
            var gaia = new Gaia(
                    programs,
                    options.folder(),
                    providerPort,
                    Map.of("GAIA_ROUTES_DIR", routes.toString(), "GAIA_MODELS_FILE", models.toString()));
            var target = gaia.start("gaia-guard", "direct", true).target();
            require(target, callers, options.model(), true);
            require(target, callers, BARE_MODEL, false);
            var ways = new Round<>(
                    new Way(wrk(options.folder().resolve("guarded"), callers, options.model()), guarded),
                    new Way(wrk(options.folder().resolve("bare"), callers, BARE_MODEL), bare));
            new GuardCost(target, ways).run();
        } catch (BenchFailure e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    /** The shipped routes, and among them the one that chooses. */
    private static Path routes(Path to) throws IOException {
        var from = Path.of("routes");
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
        var route = to.resolve("chat").resolve(ROUTE + ".camel.yaml");
        var shipped = Files.readString(route);
        Files.writeString(
                route.resolveSibling(GUARDED + ".camel.yaml"),
                shipped.replace("id: " + ROUTE + "\n", "id: " + GUARDED + "\n")
                        .replace("uri: direct:" + ROUTE + "\n", "uri: direct:" + GUARDED + "\n"));
        Files.writeString(route, BOTH);
        return to;
    }

    private static Wrk wrk(Path folder, Callers callers, String model) throws IOException {
        return new Wrk(Files.createDirectories(folder), callers, Prompts.document(model));
    }

    /** The guarded route says who was asked. */
    private static void require(Target target, Callers callers, String model, boolean guarded) {
        var told =
                target.answer(callers.next(), Prompts.document(model)).headers().firstValue("X-Gateway-Attempts");
        if (told.isPresent() != guarded) {
            throw new BenchFailure("The model " + model + " is not asked as it should be.");
        }
    }

    private void run() {
        var rounds = new ArrayList<Round<Figures>>();
        for (int round = 0; round < WARM_UPS + ROUNDS; round++) {
            var figures = round(round, this::load);
            if (round >= WARM_UPS) {
                rounds.add(figures);
            }
        }
        var medians = new ArrayList<Round<Double>>();
        for (int round = 0; round < LATENCY_ROUNDS; round++) {
            medians.add(round(round, this::median));
        }
        System.out.printf(
                Locale.ROOT,
                "A guarded request whose model is well, against a bare one, %d rounds in turns:%n"
                        + "  throughput  %s times that of the bare one (aim: more than 0.95)%n"
                        + "  CPU         %s ms more than %.3f ms%n"
                        + "  PostgreSQL  %s ms more than %.3f ms%n"
                        + "  answer      %.3f ms later than after %.3f ms (aim: less than 1)%n",
                ROUNDS,
                average(rounds, Figures::rate, (guarded, bare) -> guarded / bare),
                average(rounds, Figures::cpu, (guarded, bare) -> guarded - bare),
                rounds.stream()
                        .mapToDouble(round -> round.bare().cpu())
                        .average()
                        .orElseThrow(),
                average(rounds, Figures::postgres, (guarded, bare) -> guarded - bare),
                rounds.stream()
                        .mapToDouble(round -> round.bare().postgres())
                        .average()
                        .orElseThrow(),
                median(medians, (guarded, bare) -> guarded - bare),
                median(medians, (guarded, bare) -> bare));
    }

    /** Of few rounds, of which one may meet a pause of the machine. */
    private static double median(List<Round<Double>> rounds, DoubleBinaryOperator figure) {
        double[] values = rounds.stream()
                .mapToDouble(round -> figure.applyAsDouble(round.guarded(), round.bare()))
                .sorted()
                .toArray();
        return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
    }

    /** Measures both, each first in every second round. */
    private <T> Round<T> round(int number, Function<Way, T> measure) {
        if (number % 2 == 0) {
            var guarded = measure.apply(ways.guarded());
            return new Round<>(guarded, measure.apply(ways.bare()));
        }
        var bare = measure.apply(ways.bare());
        return new Round<>(measure.apply(ways.guarded()), bare);
    }

    private Figures load(Way way) {
        var before = target.processes().cpu();
        var result = way.wrk().run(target, SECONDS);
        var cpu = target.processes().cpu().since(before);
        if (result.failures() > 0) {
            throw new BenchFailure(result.failures() + " requests failed.");
        }
        return new Figures(
                result.perSecond(),
                (cpu.measuredMillis() - cpu.compilerMillis()) / result.requests(),
                cpu.postgresMillis() / result.requests());
    }

    private double median(Way way) {
        return way.client()
                .documents(target, PER_SECOND, LATENCY_WARM_UP, LATENCY_WINDOW)
                .times()
                .percentileMillis(50);
    }

    /** Of all rounds, with how far off the average may be in 19 of 20 runs. */
    private static String average(
            List<Round<Figures>> rounds, ToDoubleFunction<Figures> figure, DoubleBinaryOperator comparison) {
        double[] values = rounds.stream()
                .mapToDouble(round -> comparison.applyAsDouble(
                        figure.applyAsDouble(round.guarded()), figure.applyAsDouble(round.bare())))
                .toArray();
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        double error = 2 * Math.sqrt(squares / (values.length - 1) / values.length);
        return String.format(Locale.ROOT, "%.3f (± %.3f)", mean, error);
    }
}
