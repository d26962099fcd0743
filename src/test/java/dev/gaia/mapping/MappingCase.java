package dev.gaia.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One golden case: {@code <area>/<mapping>/<case>.in.json}, what becomes of it in {@code .out.json}, and the variables
 * the mapping reads in {@code .vars.json}, if any.
 */
record MappingCase(Path input) {

    static final Path FOLDER = Path.of("src/test/resources/mappings");

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ENDING = ".in.json";

    static List<MappingCase> all() {
        try (var files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .map(MappingCase::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String mapping() {
        return FOLDER.relativize(input.getParent()).toString().replace('\\', '/');
    }

    Path sibling(String ending) {
        var name = input.getFileName().toString();
        return input.resolveSibling(name.substring(0, name.length() - ENDING.length()) + ending);
    }

    Path output() {
        return sibling(".out.json");
    }

    JsonNode read(Path file) {
        try {
            return MAPPER.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, JsonNode> variables() {
        Map<String, JsonNode> variables = new HashMap<>();
        var file = sibling(".vars.json");
        if (Files.exists(file)) {
            read(file).properties().forEach(variable -> variables.put(variable.getKey(), variable.getValue()));
        }
        return variables;
    }

    @Override
    public String toString() {
        return FOLDER.relativize(input).toString();
    }
}
