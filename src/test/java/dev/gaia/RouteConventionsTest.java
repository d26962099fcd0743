package dev.gaia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.routes.Fault;
import dev.gaia.routes.RouteCheck;
import dev.gaia.routes.RouteFile;
import dev.gaia.routes.RouteFiles;
import dev.gaia.routes.RoutesFolder;
import dev.gaia.routes.SpringSurroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/** Keeps the route files in one form, so that a reader who knows one knows them all. Lists every fault at once. */
class RouteConventionsTest {

    private static final Path FOLDER = Path.of("routes");
    private static final int MAX_LINES = 120;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)+");
    private static final Pattern SENTENCE = Pattern.compile("\\p{Lu}.*\\w.*\\.", Pattern.DOTALL);

    /** Such as {@code direct:${variable.flow}}. */
    private static final Pattern DYNAMIC = Pattern.compile("[a-z-]+:\\$\\{variable\\.([A-Za-z]+)}");

    /** An expression of these languages stands below the word {@code expression}. */
    private static final Set<String> LANGUAGES =
            Set.of("constant", "simple", "jsonpath", "jq", "header", "variable", "exchangeProperty", "method", "ref");

    private static final Set<String> STEPS_WITH_EXPRESSION = Set.of(
            "setBody",
            "setHeader",
            "setVariable",
            "setProperty",
            "filter",
            "when",
            "split",
            "loop",
            "delay",
            "throttle",
            "validate",
            "script",
            "transform");

    /** Reached from another edge than their route's name tells, so the endpoint may carry another name. */
    private static final Set<String> EDGES = Set.of("platform-http", "nats", "work", "timer", "scheduler");

    private final List<Fault> faults = new ArrayList<>();
    private final RoutesFolder folder = RoutesFolder.open(FOLDER);
    private final RouteFiles files = RouteFiles.read(folder.files(), faults);

    @Test
    void everyRouteFileKeepsToTheConventions() {
        files.files().forEach(this::checkFile);

        assertThat(faults).as("faults in %s", FOLDER).isEmpty();
    }

    @Test
    void everyReferenceOfARouteFileIsKnown() throws IOException {
        var settings = new StandardEnvironment();
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(settings.getPropertySources()::addLast);
        // Which beans there are is the start's business.
        var surroundings = new SpringSurroundings(settings, bean -> true);

        assertThat(new RouteCheck(surroundings).faults(folder.files()))
                .as("faults in %s", FOLDER)
                .isEmpty();
    }

    private void checkFile(RouteFile file) {
        if (file.lineCount() > MAX_LINES) {
            faults.add(file.fault(
                    "", "%d lines are too many".formatted(file.lineCount()), "cut the route at a direct: border"));
        }
        var kinds =
                file.entries().stream().map(RouteFile.Entry::kind).distinct().toList();
        boolean instances = kinds.equals(List.of("templatedRoute"));
        if (!instances && file.entries().size() != 1) {
            faults.add(file.fault("/1", "a second entry in one file", "write one file per route"));
        }
        file.entries().forEach(entry -> {
            switch (entry.kind()) {
                case "route" -> checkRoute(file, entry);
                case "routeTemplate" -> checkTemplate(file, entry);
                case "routeConfiguration" -> checkName(file, entry);
                case "templatedRoute" -> checkInstance(file, entry);
                default ->
                    faults.add(file.fault(
                            entry.pointer(),
                            "`%s` is not used here".formatted(entry.kind()),
                            "write a route, a routeTemplate, a templatedRoute or a routeConfiguration"));
            }
        });
        checkCanonicalForm(file);
        checkFallbacks(file);
        checkText(file);
    }

    /** Camel marks the exchange before a fallback, and a later doCatch would take what is thrown then for handled. */
    private void checkFallbacks(RouteFile file) {
        file.walk((pointer, node) -> {
            if (pointer.endsWith("/onFallback")
                    && !node.at("/steps/0/removeProperty/name").asText().equals("CamelExceptionHandled")) {
                faults.add(file.fault(
                        pointer,
                        "the fallback leaves the mark of the circuit breaker on the exchange",
                        "begin it with removeProperty: {name: CamelExceptionHandled}"));
            }
        });
    }

    private void checkRoute(RouteFile file, RouteFile.Entry entry) {
        checkName(file, entry);
        require(file, entry, "/group", folder.area(file.path()), "the area, which is the folder");
        require(file, entry, "/nodePrefixId", file.name() + ".", "the id and a dot, so that step ids are unique");
        checkSentence(file, entry, "/description");
        String from = entry.body().path("from").path("uri").asText();
        String scheme = from.contains(":") ? from.substring(0, from.indexOf(':')) : from;
        String place = entry.pointer() + "/from/uri";
        if ("direct".equals(scheme)) {
            if (!from.equals("direct:" + file.name())) {
                faults.add(
                        file.fault(place, "the route starts from `%s`".formatted(from), "write direct:" + file.name()));
            }
        } else if (!EDGES.contains(scheme)) {
            faults.add(file.fault(
                    place,
                    "`%s` is no edge of the hub".formatted(scheme),
                    "start from direct:, platform-http:, nats:, work: or a timer"));
        }
        String wanted = switch (scheme) {
            // Clients of the identity provider know the errors of Supabase Auth.
            case "platform-http" ->
                folder.area(file.path()).equals("identity") ? "identity-edge-errors" : "http-edge-errors";
            case "nats" -> "nats-edge-errors";
            default -> "";
        };
        String named = entry.body().path("routeConfigurationId").asText("");
        if (!named.equals(wanted)) {
            faults.add(file.fault(
                    entry.pointer() + "/routeConfigurationId",
                    "the error configuration is `%s`".formatted(named),
                    wanted.isEmpty() ? "leave it out: what is no edge passes failures up" : "write " + wanted));
        }
    }

    private void checkTemplate(RouteFile file, RouteFile.Entry entry) {
        if (!file.name().equals(entry.id())) {
            faults.add(file.fault(
                    entry.pointer() + "/id",
                    "the id `%s` is not the file's name".formatted(entry.id()),
                    "write " + file.name()));
        }
        entry.body().path("parameters").forEach(parameter -> {
            if (!SENTENCE.matcher(parameter.path("description").asText()).matches()) {
                faults.add(file.fault(
                        entry.pointer() + "/parameters",
                        "the parameter `%s` has no description"
                                .formatted(parameter.path("name").asText()),
                        "write a full sentence that says what it is"));
            }
        });
    }

    private void checkInstance(RouteFile file, RouteFile.Entry entry) {
        if (!NAME.matcher(entry.id()).matches()) {
            faults.add(file.fault(
                    entry.pointer() + "/routeId",
                    "the id `%s` is not kebab-case".formatted(entry.id()),
                    "write <area>-<verb or noun>"));
        }
    }

    private void checkName(RouteFile file, RouteFile.Entry entry) {
        boolean nameless =
                "routeConfiguration".equals(entry.kind()) && entry.id().isEmpty();
        if (!nameless && !entry.id().equals(file.name())) {
            faults.add(file.fault(
                    entry.pointer() + "/id",
                    "the id `%s` is not the file's name".formatted(entry.id()),
                    "write " + file.name()));
        }
        if (!NAME.matcher(file.name()).matches()) {
            faults.add(file.fault("", "`%s` is not kebab-case".formatted(file.name()), "write <area>-<verb or noun>"));
        }
        String area = folder.area(file.path());
        if (!Set.of("error", "ops").contains(area) && !file.name().startsWith(area + "-")) {
            faults.add(file.fault(
                    "",
                    "`%s` does not start with its area".formatted(file.name()),
                    "write %s-%s".formatted(area, file.name())));
        }
    }

    private void checkSentence(RouteFile file, RouteFile.Entry entry, String field) {
        String text = entry.body().at(field).asText("");
        if (!SENTENCE.matcher(text).matches() || !text.contains(" ")) {
            faults.add(file.fault(
                    entry.pointer() + field,
                    "the description is no full sentence",
                    "say what the caller gets, from capital letter to full stop"));
        }
    }

    private void checkCanonicalForm(RouteFile file) {
        file.walk((pointer, node) -> {
            String name = pointer.substring(pointer.lastIndexOf('/') + 1);
            String parent = pointer.contains("/") ? pointer.substring(0, pointer.lastIndexOf('/')) : "";
            boolean step = parent.matches(".*/steps/[0-9]+");
            if (step && node.isTextual() && !Set.of("stop").contains(name)) {
                faults.add(file.fault(
                        pointer, "`%s` is written in short".formatted(name), "spell its options out below it"));
            }
            if (node.isObject() && (STEPS_WITH_EXPRESSION.contains(name) || parent.endsWith("/when"))) {
                LANGUAGES.stream()
                        .filter(node::has)
                        .forEach(language -> faults.add(file.fault(
                                pointer + "/" + language,
                                "`%s` stands directly in `%s`".formatted(language, name),
                                "write expression: and put it below")));
            }
            if (parent.endsWith("/expression") && LANGUAGES.contains(name) && node.isTextual()) {
                faults.add(file.fault(
                        pointer,
                        "`%s` is written in short".formatted(name),
                        "write %s: {expression: …}".formatted(name)));
            }
        });
    }

    private void checkText(RouteFile file) {
        for (var endpoint : file.endpoints()) {
            if (endpoint.uri().contains("?")) {
                faults.add(file.fault(endpoint.pointer(), "the uri has a query string", "write parameters: below it"));
            }
            if (endpoint.uri().contains("${")) {
                checkDynamic(file, endpoint);
            }
        }
        file.walk((pointer, node) -> {
            if (node.isTextual()
                    && pointer.contains("/parameters/")
                    && Pattern.compile("\\$\\{(header|body|variable)")
                            .matcher(node.textValue())
                            .find()) {
                faults.add(
                        file.fault(pointer, "an endpoint option holds message data", "write a setting or a constant"));
            }
        });
    }

    /** The one dynamic endpoint there may be: a name from a variable that routes set to constants only. */
    private void checkDynamic(RouteFile file, RouteFile.Endpoint endpoint) {
        var variable = DYNAMIC.matcher(endpoint.uri());
        if (!variable.matches() || !"toD".equals(endpoint.step())) {
            faults.add(file.fault(
                    endpoint.pointer(),
                    "the uri is made from message data",
                    "write to: with a fixed uri, or toD: with ${variable.<name>} set from constants"));
            return;
        }
        for (var other : files.files()) {
            other.walk((pointer, node) -> {
                if (pointer.endsWith("/setVariable")
                        && node.path("name").asText().equals(variable.group(1))
                        && !node.path("expression").has("constant")) {
                    faults.add(other.fault(
                            pointer,
                            "`%s` names an endpoint, and is set from data".formatted(variable.group(1)),
                            "set it from a constant"));
                }
            });
        }
    }

    private void require(RouteFile file, RouteFile.Entry entry, String field, String wanted, String why) {
        String found = entry.body().at(field).asText("");
        if (!found.equals(wanted)) {
            faults.add(file.fault(
                    entry.pointer() + field,
                    "%s is `%s`".formatted(field.substring(1), found),
                    "write %s: %s".formatted(wanted, why)));
        }
    }
}
