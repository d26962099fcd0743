package dev.gaia.routes;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A route file as text: its document and the line of every node.
 *
 * @param path as the operator named it
 * @param document the YAML document as JSON; missing when the file is empty
 * @param lines line, from 1, by JSON pointer
 * @param lineCount number of lines of the file
 */
public record RouteFile(Path path, JsonNode document, Map<String, Integer> lines, int lineCount) {

    /**
     * A top-level entry.
     *
     * @param kind {@code route}, {@code routeTemplate}, {@code templatedRoute}, {@code routeConfiguration} …
     * @param body what the entry holds
     * @param pointer where the body is
     */
    public record Entry(String kind, JsonNode body, String pointer) {

        /** The id by which other files and people know the entry; empty when it has none. */
        public String id() {
            return body.path("templatedRoute".equals(kind) ? "routeId" : "id").asText("");
        }
    }

    /** A place that names an endpoint: {@code from}, {@code to}, {@code wireTap} and so on. */
    public record Endpoint(String step, String uri, String pointer) {}

    /** The entries in the order of the file. */
    public List<Entry> entries() {
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < document.size(); i++) {
            int index = i;
            document.get(i)
                    .properties()
                    .forEach(field -> entries.add(
                            new Entry(field.getKey(), field.getValue(), "/" + index + "/" + escaped(field.getKey()))));
        }
        return entries;
    }

    /** Every {@code uri} of the file, parameters excepted. */
    public List<Endpoint> endpoints() {
        var endpoints = new ArrayList<Endpoint>();
        walk((pointer, node) -> {
            if (node.isTextual() && pointer.endsWith("/uri") && !pointer.contains("/parameters/")) {
                String parent = pointer.substring(0, pointer.length() - "/uri".length());
                endpoints.add(new Endpoint(lastName(parent), node.textValue(), pointer));
            }
        });
        return endpoints;
    }

    /** Visits every node with its JSON pointer, parents first. */
    public void walk(BiConsumer<String, JsonNode> visitor) {
        walk("", document, visitor);
    }

    /** The line of a node; of its nearest parent when the node itself is not in the file. */
    public int line(String pointer) {
        for (String at = pointer; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
            var line = Optional.ofNullable(lines.get(at));
            if (line.isPresent()) {
                return line.get();
            }
        }
        return 1;
    }

    public Fault fault(String pointer, String wrong, String remedy) {
        return new Fault(path.toString(), line(pointer), wrong, remedy);
    }

    /** The file's name without its ending: the id of what is in it. */
    public String name() {
        String name = path.getFileName().toString();
        return name.endsWith(RoutesFolder.SUFFIX)
                ? name.substring(0, name.length() - RoutesFolder.SUFFIX.length())
                : name;
    }

    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    static String lastName(String pointer) {
        return pointer.substring(pointer.lastIndexOf('/') + 1);
    }

    private static void walk(String pointer, JsonNode node, BiConsumer<String, JsonNode> visitor) {
        visitor.accept(pointer, node);
        node.properties().forEach(field -> walk(pointer + "/" + escaped(field.getKey()), field.getValue(), visitor));
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(pointer + "/" + i, node.get(i), visitor);
            }
        }
    }
}
