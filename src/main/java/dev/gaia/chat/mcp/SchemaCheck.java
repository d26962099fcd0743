package dev.gaia.chat.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.DisallowSchemaLoader;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import java.util.List;
import java.util.Map;

/**
 * Checks JSON against a JSON schema with the validator that also reads route files; the SDK's own module wants another
 * generation of the same library. References to other documents are not resolved.
 */
public final class SchemaCheck implements JsonSchemaValidator {

    private final JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            factory -> factory.schemaLoaders(loaders -> loaders.add(DisallowSchemaLoader.getInstance())));
    private final ObjectMapper mapper;

    public SchemaCheck(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** What is wrong, one sentence per fault; empty when nothing is. */
    public List<String> faults(JsonNode schema, JsonNode document) {
        try {
            return schemas.getSchema(schema).validate(document).stream()
                    .map(ValidationMessage::getMessage)
                    .sorted()
                    .toList();
        } catch (JsonSchemaException e) {
            return List.of("the schema cannot be used");
        }
    }

    @Override
    public ValidationResponse validate(Map<String, Object> schema, Object document) {
        var faults = faults(mapper.valueToTree(schema), mapper.valueToTree(document));
        return faults.isEmpty()
                ? ValidationResponse.asValid(String.valueOf(document))
                : ValidationResponse.asInvalid(String.join("; ", faults));
    }
}
