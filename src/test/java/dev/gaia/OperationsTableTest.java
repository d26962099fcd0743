package dev.gaia;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.routes.Fault;
import dev.gaia.routes.RouteFile;
import dev.gaia.routes.RouteFiles;
import dev.gaia.routes.RoutesFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Keeps the tables of {@code routes/README.md} true in both directions: contract, table and route files say the same. */
class OperationsTableTest {

    private static final Path README = Path.of("routes/README.md");
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final String NOT_YET = "not yet";

    /** Instances that need no row of their own: doors are told by their flows, operations by the table of operations. */
    private static final Set<String> TOLD_ELSEWHERE =
            Set.of("link-door", "gateway-operation", "gateway-client-operation");

    /** A line of a table: the heading above it and its cells, without back-quotes. */
    private record Row(String heading, List<String> cells) {

        String key() {
            return cells.get(0) + " " + cells.get(1);
        }

        String route() {
            return cells.get(3);
        }
    }

    private final List<Fault> faults = new ArrayList<>();
    private final RoutesFolder folder = RoutesFolder.open(Path.of("routes"));
    private final RouteFiles files = RouteFiles.read(folder.files(), faults);
    private final List<Row> rows = rows();

    @Test
    void everyOperationOfTheContractHasItsRow() {
        var operations = contract();
        var listed = new TreeSet<String>();
        operationRows().forEach(row -> listed.add(row.key()));

        var contracted = new TreeSet<>(operations.keySet());
        assertThat(listed).containsAll(contracted);
        operationRows().filter(row -> !beyondContract(row)).forEach(row -> {
            assertThat(operations).as("an operation of the contract").containsKey(row.key());
            assertThat(operations.get(row.key()))
                    .as(row.key())
                    .contains(row.cells().get(2));
        });
    }

    @Test
    void everyRouteNamedForAnOperationServesIt() {
        var served = served();
        var faults = operationRows()
                .filter(row -> !row.route().equals(NOT_YET))
                .filter(row -> !served.getOrDefault(row.route(), Set.of()).contains(row.key()))
                .map(row -> "%s does not serve %s".formatted(row.route(), row.key()))
                .toList();

        assertThat(faults).isEmpty();
    }

    @Test
    void everyPathThatIsServedHasItsRow() {
        var listed = new HashSet<String>();
        operationRows().forEach(row -> listed.add(row.route() + " " + row.key()));
        var missing = new TreeSet<String>();
        served().forEach((route, operations) -> operations.stream()
                .map(operation -> route + " " + operation)
                .filter(operation -> !listed.contains(operation))
                .forEach(missing::add));

        assertThat(missing).as("served but not in the operations table").isEmpty();
    }

    @Test
    void everyRouteHasItsRow() {
        var ids = new TreeSet<String>();
        Stream.of("route", "routeTemplate", "templatedRoute", "routeConfiguration")
                .flatMap(files::entries)
                .map(RouteFiles.Located::entry)
                .filter(entry -> !TOLD_ELSEWHERE.contains(
                        entry.body().path("routeTemplateRef").asText()))
                .map(RouteFile.Entry::id)
                .filter(id -> !id.isEmpty())
                .forEach(ids::add);
        var listed = routeRows().map(row -> row.cells().get(0)).toList();

        assertThat(listed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void routeRowsSayWhereARouteStartsAndWhomItCalls() {
        var rows = new HashMap<String, Row>();
        routeRows().forEach(row -> rows.put(row.cells().get(0), row));
        var served = served();
        var wrong = new TreeSet<String>();
        files.entries("route")
                .filter(located -> rows.containsKey(located.entry().id()))
                .forEach(located -> {
                    var row = rows.get(located.entry().id());
                    String from =
                            located.entry().body().path("from").path("uri").asText();
                    String shown = from.startsWith("platform-http:")
                            ? String.join(
                                    ", ",
                                    new TreeSet<>(served.get(located.entry().id())))
                            : from;
                    if (!row.cells().get(1).equals(shown)) {
                        wrong.add("%s starts from %s".formatted(located.entry().id(), shown));
                    }
                    var called = Arrays.asList(
                            row.cells().get(2).replace("link ", "").split(", "));
                    located.file().endpoints().stream()
                            .filter(endpoint -> !endpoint.step().equals("from"))
                            .map(RouteFile.Endpoint::uri)
                            .filter(uri -> uri.startsWith("direct:") || uri.startsWith("{{gaia.link."))
                            .map(uri -> uri.substring(uri.indexOf(':') + 1))
                            .filter(target -> !target.contains("${") && !called.contains(target))
                            .forEach(target -> wrong.add(
                                    "%s calls %s".formatted(located.entry().id(), target)));
                });

        assertThat(wrong).as("not so in the table of routes").isEmpty();
    }

    /** The operations, such as {@code GET /health}, by route. */
    private Map<String, Set<String>> served() {
        var served = new HashMap<String, Set<String>>();
        files.entries("route").forEach(located -> {
            var from = located.entry().body().path("from");
            String uri = from.path("uri").asText();
            if (uri.startsWith("platform-http:")) {
                String path = uri.substring("platform-http:".length());
                for (String method : from.path("parameters")
                        .path("httpMethodRestrict")
                        .asText("ANY")
                        .split(",", -1)) {
                    served.computeIfAbsent(located.entry().id(), id -> new HashSet<>())
                            .add(method.strip() + " " + path);
                }
            }
        });
        files.entries("templatedRoute")
                .map(RouteFiles.Located::entry)
                .filter(entry -> entry.body().path("routeTemplateRef").asText().matches("gateway-(client-)?operation"))
                .forEach(entry -> served.computeIfAbsent(entry.id(), id -> new HashSet<>())
                        .add(parameter(entry, "method") + " " + parameter(entry, "path")));
        return served;
    }

    private static String parameter(RouteFile.Entry instance, String name) {
        for (var parameter : instance.body().path("parameters")) {
            if (parameter.path("name").asText().equals(name)) {
                return parameter.path("value").asText();
            }
        }
        return "";
    }

    private Stream<Row> operationRows() {
        return rows.stream().filter(row -> row.heading().startsWith("Operations"));
    }

    private Stream<Row> routeRows() {
        return rows.stream().filter(row -> row.heading().equals("Routes"));
    }

    /** What services answer on their own port, and what Gaia offers beside the contract. */
    private static boolean beyondContract(Row row) {
        return row.heading().endsWith("/Internal") || row.heading().endsWith("/Additions");
    }

    private static List<Row> rows() {
        var rows = new ArrayList<Row>();
        String section = "";
        String heading = "";
        for (String line : lines()) {
            if (line.startsWith("## ")) {
                section = line.substring(3);
                heading = section;
            } else if (line.startsWith("### ")) {
                heading = section + "/" + line.substring(4);
            } else if (line.startsWith("| ") && !line.startsWith("| Route |") && !line.startsWith("| Method |")) {
                var cells = Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                        .map(cell -> cell.strip().replace("`", ""))
                        .toList();
                rows.add(new Row(heading, cells));
            }
        }
        return rows;
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(README);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The names of each operation, by method and path; the two documents share some. */
    private static Map<String, Set<String>> contract() {
        var operations = new HashMap<String, Set<String>>();
        for (String document : List.of("openapi.yaml", "openapi-assets.yaml")) {
            paths(document)
                    .properties()
                    .forEach(path -> path.getValue().properties().stream()
                            .filter(method -> METHODS.contains(method.getKey()))
                            .forEach(method -> operations
                                    .computeIfAbsent(
                                            method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                            k -> new HashSet<>())
                                    .add(method.getValue().path("operationId").asText())));
        }
        return operations;
    }

    private static JsonNode paths(String document) {
        try (InputStream text = OperationsTableTest.class.getResourceAsStream("/contract/" + document)) {
            Map<String, Object> read = new Yaml().load(text);
            return new ObjectMapper().valueToTree(read.get("paths"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
