package dev.gaia.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to measure.
 *
 * @param folder for logs, settings and Gaia's data; the caller empties it before and removes it after
 * @param results where the result file goes
 * @param scale length of the steps: 1, or less for a quick run
 * @param links Gaia's links to measure; empty to leave Gaia out
 * @param model asked for in every request
 */
record BenchOptions(Path folder, Path results, double scale, List<String> links, String model) {

    private static final double QUICK = 0.33;

    BenchOptions {
        links = List.copyOf(links);
    }

    boolean quick() {
        return scale < 1;
    }

    boolean gaia() {
        return !links.isEmpty();
    }

    /** Reads {@code <folder> <results> [--quick] [--links=direct,nats] [--model=name]}. */
    static BenchOptions of(String[] arguments) {
        double scale = 1;
        Optional<List<String>> links = Optional.empty();
        var model = "gpt-4o-mini";
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            var value = argument.substring(argument.indexOf('=') + 1);
            if ("--quick".equals(argument)) {
                scale = QUICK;
            } else if (argument.startsWith("--links=")) {
                links = Optional.of(value.isEmpty() ? List.of() : List.of(value.split(",", -1)));
            } else if (argument.startsWith("--model=")) {
                model = value;
            } else {
                throw new BenchFailure("Unknown option '" + argument + "'; see scripts/bench --help.");
            }
        }
        return new BenchOptions(
                Path.of(arguments[0]).toAbsolutePath(),
                Path.of(arguments[1]).toAbsolutePath(),
                scale,
                links.orElse(scale < 1 ? List.of("direct") : List.of("direct", "nats")),
                model);
    }
}
