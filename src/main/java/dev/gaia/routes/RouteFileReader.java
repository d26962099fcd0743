package dev.gaia.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads one route file; what keeps it from being read is a fault like any other. */
final class RouteFileReader {

    private final Path path;
    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();

    private RouteFileReader(Path path) {
        this.path = path;
    }

    /** Reads the file; empty when it is not YAML at all, which was then added to the faults. */
    static Optional<RouteFile> read(Path path, List<Fault> faults) {
        var reader = new RouteFileReader(path);
        var file = reader.read();
        faults.addAll(reader.faults);
        return file;
    }

    private Optional<RouteFile> read() {
        try {
            String text = Files.readString(path);
            var root = Optional.ofNullable(new Yaml(new LoaderOptions()).compose(new StringReader(text)));
            if (root.isEmpty()) {
                faults.add(new Fault(path.toString(), 1, "the file is empty", "write one route or delete the file"));
                return Optional.empty();
            }
            var document = json("", root.get());
            return Optional.of(new RouteFile(
                    path, document, Map.copyOf(lines), (int) text.lines().count()));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            faults.add(new Fault(
                    path.toString(),
                    line,
                    "this is not YAML: " + e.getProblem(),
                    "mend the indentation or the quotes"));
        } catch (YAMLException e) {
            faults.add(new Fault(path.toString(), 1, "this is not YAML: " + e.getMessage(), "mend the file"));
        } catch (IOException e) {
            faults.add(new Fault(
                    path.toString(),
                    1,
                    "the file cannot be read: " + e.getMessage(),
                    "save it as readable UTF-8 text"));
        }
        return Optional.empty();
    }

    private JsonNode json(String pointer, Node node) {
        lines.putIfAbsent(pointer, line(node));
        return switch (node) {
            case MappingNode mapping -> object(pointer, mapping);
            case SequenceNode sequence -> {
                var array = JsonNodeFactory.instance.arrayNode();
                for (Node item : sequence.getValue()) {
                    array.add(json(pointer + "/" + array.size(), item));
                }
                yield array;
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> JsonNodeFactory.instance.missingNode();
        };
    }

    private JsonNode object(String pointer, MappingNode mapping) {
        var object = JsonNodeFactory.instance.objectNode();
        for (var tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            String at = pointer + "/" + RouteFile.escaped(key);
            if (object.has(key)) {
                faults.add(new Fault(
                        path.toString(),
                        line(tuple.getKeyNode()),
                        "`%s` is there twice, so that one of the two is lost".formatted(key),
                        "keep one"));
            }
            lines.put(at, line(tuple.getKeyNode()));
            object.set(key, json(at, tuple.getValueNode()));
        }
        return object;
    }

    /** Camel reads YAML 1.2, where only these words are more than text. */
    private static JsonNode scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        var make = JsonNodeFactory.instance;
        if (Tag.BOOL.equals(scalar.getTag()) && ("true".equals(text) || "false".equals(text))) {
            return make.booleanNode(Boolean.parseBoolean(text));
        }
        if (Tag.INT.equals(scalar.getTag()) && text.matches("-?[0-9]{1,18}")) {
            return make.numberNode(Long.parseLong(text));
        }
        if (Tag.FLOAT.equals(scalar.getTag()) && text.matches("-?[0-9]+\\.[0-9]+")) {
            return make.numberNode(Double.parseDouble(text));
        }
        return Tag.NULL.equals(scalar.getTag()) ? make.nullNode() : make.textNode(text);
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
