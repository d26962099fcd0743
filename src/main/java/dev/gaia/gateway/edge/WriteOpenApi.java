package dev.gaia.gateway.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.boot.info.BuildProperties;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.Yaml;

/**
 * Step that writes the OpenAPI document of the operations this gateway serves: the published contract and Gaia's
 * additions, without what is not served here and without notes for implementers. Written anew when an operation came or went.
 */
@Component("writeOpenApi")
final class WriteOpenApi implements Processor {

    private static final List<String> DOCUMENTS =
            List.of("openapi.yaml", "openapi-assets.yaml", "openapi-additions.yaml");
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    /** Joins the name of a component that two documents define differently to the second one's. */
    private static final String SECOND = "Assets";

    private final Operations operations;
    private final ObjectMapper json;
    private final String version;
    private volatile Written written = new Written(new OperationTable(List.of()), "");

    WriteOpenApi(Operations operations, ObjectMapper json, Optional<BuildProperties> build) {
        this.operations = operations;
        this.json = json;
        this.version = build.map(BuildProperties::getVersion).orElse("development");
    }

    private record Written(OperationTable table, String document) {}

    @Override
    @SuppressWarnings("ReferenceEquality") // a table is replaced as a whole
    public void process(Exchange exchange) throws IOException {
        var table = operations.table();
        var known = written;
        if (known.table() != table) {
            known = new Written(table, json.writeValueAsString(document(table)));
            written = known;
        }
        exchange.getMessage().setBody(known.document());
    }

    private ObjectNode document(OperationTable table) {
        var documents = DOCUMENTS.stream().map(this::read).toList();
        var first = documents.getFirst();
        var whole = json.createObjectNode().put("openapi", first.path("openapi").asText());
        whole.putObject("info").put("title", "Gaia").put("version", version);
        var tags = whole.putArray("tags");
        var paths = whole.putObject("paths");
        var components = whole.putObject("components");
        for (var document : documents) {
            var own = withoutClashes(document, components);
            tags.addAll((ArrayNode) own.path("tags"));
            own.path("paths")
                    .properties()
                    .forEach(path -> served(path.getKey(), path.getValue(), table)
                            .properties()
                            .forEach(operation -> paths.withObjectProperty(path.getKey())
                                    .putIfAbsent(operation.getKey(), operation.getValue())));
            own.path("components")
                    .properties()
                    .forEach(kind -> kind.getValue()
                            .properties()
                            .forEach(component -> components
                                    .withObjectProperty(kind.getKey())
                                    .putIfAbsent(component.getKey(), component.getValue())));
        }
        withoutNotes(whole);
        return whole;
    }

    private JsonNode read(String name) {
        try (var text = WriteOpenApi.class.getResourceAsStream("/contract/" + name)) {
            Map<String, Object> document = new Yaml().load(text);
            return json.valueToTree(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The operations of a path that are up; what else the path holds, such as its parameters, when there are any. */
    private ObjectNode served(String path, JsonNode item, OperationTable table) {
        var served = json.createObjectNode();
        var methods = table.find(path.replaceAll("\\{[^}]*}", "0"))
                .map(match -> match.operations().byMethod().keySet())
                .orElse(Set.of());
        item.properties().stream()
                .filter(field -> METHODS.contains(field.getKey()))
                .filter(field -> methods.contains(field.getKey().toUpperCase(Locale.ROOT)))
                .forEach(field -> served.set(field.getKey(), field.getValue()));
        if (!served.isEmpty()) {
            item.properties().stream()
                    .filter(field -> !METHODS.contains(field.getKey()))
                    .forEach(field -> served.set(field.getKey(), field.getValue()));
        }
        return served;
    }

    private JsonNode withoutClashes(JsonNode document, JsonNode known) {
        String text = document.toString();
        for (var kind : document.path("components").properties()) {
            for (var component : kind.getValue().properties()) {
                var other = known.path(kind.getKey()).path(component.getKey());
                if (!other.isMissingNode() && !other.equals(component.getValue())) {
                    String place = "\"#/components/" + kind.getKey() + "/";
                    text = text.replace(place + component.getKey() + "\"", place + SECOND + component.getKey() + "\"");
                }
            }
        }
        try {
            var renamed = json.readTree(text);
            for (var kind : renamed.path("components").properties()) {
                var components = (ObjectNode) kind.getValue();
                List.copyOf(components.properties()).forEach(component -> {
                    var other = known.path(kind.getKey()).path(component.getKey());
                    if (!other.isMissingNode() && !other.equals(component.getValue())) {
                        components.remove(component.getKey());
                        components.set(SECOND + component.getKey(), component.getValue());
                    }
                });
            }
            return renamed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void withoutNotes(JsonNode node) {
        if (node instanceof ObjectNode object) {
            var notes = new ArrayList<String>();
            object.fieldNames().forEachRemaining(name -> {
                if (name.startsWith("x-")) {
                    notes.add(name);
                }
            });
            object.remove(notes);
        }
        node.forEach(WriteOpenApi::withoutNotes);
    }
}
