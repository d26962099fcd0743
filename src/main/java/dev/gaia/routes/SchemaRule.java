package dev.gaia.routes;

import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;

/** Every file keeps to the schema that Camel publishes for YAML routes. */
final class SchemaRule implements RouteRule {

    private static final String SCHEMA = "/schema/camelYamlDsl.json";

    @Override
    public void check(RouteFiles files, List<Fault> faults) {
        for (var file : files.files()) {
            narrowest(Compiled.SCHEMA.validate(file.document())).ifPresent(message -> faults.add(fault(file, message)));
        }
    }

    /**
     * A wrong word makes every alternative around it fail as well; the failure deepest in the document is the one a
     * person would point at.
     */
    private static Optional<ValidationMessage> narrowest(Set<ValidationMessage> messages) {
        return messages.stream()
                .filter(message -> !message.getEvaluationPath().toString().contains("/not"))
                .max(Comparator.<ValidationMessage>comparingInt(SchemaRule::depth)
                        .thenComparingInt(SchemaRule::precision));
    }

    private static int depth(ValidationMessage message) {
        int depth = message.getInstanceLocation().getNameCount();
        return "additionalProperties".equals(message.getType()) ? depth + 1 : depth;
    }

    private static int precision(ValidationMessage message) {
        return switch (message.getType()) {
            case "additionalProperties" -> 5;
            case "enum" -> 4;
            case "maxProperties" -> 3;
            case "type" -> 2;
            case "required" -> 1;
            default -> 0;
        };
    }

    private static Fault fault(RouteFile file, ValidationMessage message) {
        String pointer = message.getInstanceLocation().toString();
        String place = RouteFile.lastName(pointer);
        return switch (message.getType()) {
            case "additionalProperties" ->
                file.fault(
                        pointer + "/" + RouteFile.escaped(message.getProperty()),
                        "`%s` is no word Camel knows here".formatted(message.getProperty()),
                        "write one of the words of the YAML DSL, or mend the indentation");
            case "maxProperties" ->
                file.fault(pointer, "one list item holds several steps", "write `- ` in front of each step");
            case "required" ->
                file.fault(
                        pointer,
                        "`%s` is missing in `%s`".formatted(message.getProperty(), place),
                        "write `%s:` there".formatted(message.getProperty()));
            default ->
                file.fault(pointer, "`%s` %s".formatted(place, message.getError()), "write it as the YAML DSL has it");
        };
    }

    /** Compiled on first use: a good start never needs it. */
    private static final class Compiled {
        static final JsonSchema SCHEMA = schema();
    }

    private static JsonSchema schema() {
        var config =
                SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();
        try (InputStream schema = YamlRoutesBuilderLoader.class.getResourceAsStream(SCHEMA)) {
            if (schema == null) {
                throw new IOException("camel-yaml-dsl has no " + SCHEMA);
            }
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(schema, config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
