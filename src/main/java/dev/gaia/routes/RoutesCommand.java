package dev.gaia.routes;

import dev.gaia.StartRefused;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/**
 * What {@code scripts/routes} runs: prints the table of routes, or checks a folder without starting anything. Which beans
 * there are is known only to a running process, so that a check leaves them out.
 */
public final class RoutesCommand {

    private RoutesCommand() {}

    /** Takes {@code [--check] [folder]}; exit code 1 when there are faults, 2 when there is no such folder. */
    public static void main(String[] arguments) throws IOException {
        // What libraries say about themselves is of no use here.
        LoggingSystem.get(RoutesCommand.class.getClassLoader()).beforeInitialize();
        var words = List.of(arguments);
        var settings = settings();
        String folder = words.stream()
                .filter(word -> !word.startsWith("--"))
                .findFirst()
                .orElseGet(() -> settings.getProperty("gaia.routes-dir", "routes"));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try {
            var opened = RoutesFolder.open(Path.of(folder));
            System.exit(words.contains("--check") ? check(opened, settings, out) : print(opened, settings, out));
        } catch (StartRefused refused) {
            out.println(refused.getMessage());
            System.exit(2);
        }
    }

    private static int check(RoutesFolder folder, ConfigurableEnvironment settings, PrintStream out) {
        var faults = new RouteCheck(new SpringSurroundings(settings, bean -> true)).faults(folder.files());
        faults.forEach(out::println);
        out.printf("%d files, %s%n", folder.files().size(), faults.isEmpty() ? "no fault" : faults.size() + " faults");
        return faults.isEmpty() ? 0 : 1;
    }

    private static int print(RoutesFolder folder, ConfigurableEnvironment settings, PrintStream out) {
        var faults = new ArrayList<Fault>();
        var files = RouteFiles.read(folder.files(), faults);
        var surroundings = new SpringSurroundings(settings, bean -> true);
        Stream.of("route", "templatedRoute").flatMap(files::entries).forEach(located -> {
            var entry = located.entry();
            String from = "route".equals(entry.kind())
                    ? surroundings.resolve(entry.body().path("from").path("uri").asText())
                    : "template " + entry.body().path("routeTemplateRef").asText();
            out.printf(
                    "%-32s %-44s %s%n",
                    entry.id(), from, entry.body().path("description").asText(""));
        });
        faults.forEach(out::println);
        return faults.isEmpty() ? 0 : 1;
    }

    /** The settings' defaults and the environment, without starting Spring. */
    private static ConfigurableEnvironment settings() throws IOException {
        var settings = new StandardEnvironment();
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(settings.getPropertySources()::addLast);
        return settings;
    }
}
