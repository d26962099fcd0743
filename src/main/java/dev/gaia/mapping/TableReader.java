package dev.gaia.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gaia.mapping.TableRow.Place;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads the tables of the mappings folder: YAML files that hold lists of entries, the fields in kebab-case. What is
 * wrong in one is told with file and line, which is why a file is read twice: for its values, and for its places.
 */
public final class TableReader {

    private final Path folder;
    private final ObjectMapper mapper;

    public TableReader(Path folder) {
        this.folder = requireNonNull(folder, "folder is null");
        this.mapper = JsonMapper.builder()
                .findAndAddModules()
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .build();
    }

    /** What entries become records with. */
    public ObjectMapper mapper() {
        return mapper;
    }

    /** The place of a table of the mappings folder, {@code chat/models.yaml}. */
    public Path table(String name) {
        return folder.resolve(name);
    }

    /**
     * Reads a table that is one document.
     *
     * @param name file in the folder, {@code chat/failures.yaml}
     * @throws MappingFault when it is missing or wrong: file and reason, and the line when the YAML is malformed
     */
    public <T> T read(String name, Class<T> type) {
        var file = table(name);
        try {
            return mapper.convertValue(yaml().load(Files.readString(file, UTF_8)), type);
        } catch (IOException e) {
            throw new MappingFault(file + ": cannot be read; create it or correct `gaia.mappings-dir`", e);
        } catch (YAMLException | IllegalArgumentException e) {
            throw new MappingFault(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The lists of one file by name, in the order of the file.
     *
     * @param lists the names a file may have; one it does not have is empty
     * @param remedy what to do when there is no such file
     * @throws MappingFault when the file is missing or no such table: file, line and reason
     */
    public Map<String, List<TableRow>> read(Path file, List<String> lists, String remedy) {
        try {
            var text = Files.readString(file, UTF_8);
            var root = yaml().compose(new StringReader(text));
            if (!(root instanceof MappingNode top)) {
                throw new MappingFault(file + ":1: there is no table; begin with one of " + String.join(", ", lists));
            }
            Map<String, Object> values = yaml().load(text);
            Map<String, List<TableRow>> tables = new LinkedHashMap<>();
            lists.forEach(name -> tables.put(name, List.of()));
            for (var tuple : top.getValue()) {
                var name = key(tuple.getKeyNode());
                var place = place(file, tuple.getKeyNode());
                if (!lists.contains(name)) {
                    throw new MappingFault(
                            place + ": there is no list `" + name + "`; write one of " + String.join(", ", lists));
                }
                tables.put(name, rows(file, place, name, tuple.getValueNode(), values.get(name)));
            }
            return tables;
        } catch (IOException e) {
            throw new MappingFault(file + ": cannot be read; " + remedy, e);
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            var line = mark == null ? 1 : mark.getLine() + 1;
            throw new MappingFault(file + ":" + line + ": this is not YAML: " + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new MappingFault(file + ":1: this is not YAML: " + e.getMessage(), e);
        }
    }

    private static List<TableRow> rows(Path file, Place list, String name, Node node, Object values) {
        if (!(node instanceof SequenceNode sequence) || !(values instanceof List<?> entries)) {
            throw new MappingFault(list + ": `" + name + "` must be a list; begin each entry with a dash");
        }
        var rows = new ArrayList<TableRow>();
        for (int i = 0; i < entries.size(); i++) {
            var entry = sequence.getValue().get(i);
            var place = place(file, entry);
            if (!(entry instanceof MappingNode mapping) || !(entries.get(i) instanceof Map<?, ?> value)) {
                throw new MappingFault(place + ": an entry of `" + name + "` must be fields with values");
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            value.forEach((field, content) -> fields.put(String.valueOf(field), content));
            Map<String, Place> places = new LinkedHashMap<>();
            mapping.getValue().forEach(field -> places.put(key(field.getKeyNode()), place(file, field.getKeyNode())));
            rows.add(new TableRow(fields, place, places));
        }
        return rows;
    }

    private static String key(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    private static Place place(Path file, Node node) {
        return new Place(file, node.getStartMark().getLine() + 1);
    }

    private static Yaml yaml() {
        return new Yaml(new SafeConstructor(new LoaderOptions()));
    }
}
