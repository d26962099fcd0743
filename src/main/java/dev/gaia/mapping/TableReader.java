package dev.gaia.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads the tables of the mappings folder: YAML files with kebab-case keys, as records. */
public final class TableReader {

    private final Path folder;
    private final ObjectMapper mapper;

    public TableReader(Path folder) {
        this.folder = requireNonNull(folder, "folder is null");
        this.mapper = new ObjectMapper()
                .findAndRegisterModules()
                .setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    /**
     * Reads one table.
     *
     * @param name file in the folder, {@code chat/models.yaml}
     * @throws MappingFault when it is missing or wrong: file and reason, and the line when the YAML is malformed
     */
    public <T> T read(String name, Class<T> type) {
        var file = folder.resolve(name);
        try {
            var document = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file, UTF_8));
            return mapper.convertValue(document, type);
        } catch (IOException e) {
            throw new MappingFault(file + ": cannot be read; create it or correct `gaia.mappings-dir`", e);
        } catch (YAMLException | IllegalArgumentException e) {
            throw new MappingFault(file + ": " + e.getMessage(), e);
        }
    }
}
