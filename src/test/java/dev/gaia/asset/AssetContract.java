package dev.gaia.asset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** The published contract of the asset operations, to check answers against. */
public final class AssetContract {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNode DOCUMENT = read();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private AssetContract() {}

    /** Checks status and body of an answer, and returns the body. */
    public static JsonNode requireAnswer(HttpResponse<String> answer, int status, String method, String path) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode response =
                DOCUMENT.path("paths").path(path).path(method).path("responses").path("" + status);
        assertThat(response.isMissingNode())
                .as("%s %s knows no status %d", method, path, status)
                .isFalse();
        String pointer = response.has("$ref")
                ? response.path("$ref").asText()
                : "#/paths/" + path.replace("/", "~1") + "/" + method + "/responses/" + status;
        ObjectNode schema = MAPPER.createObjectNode().put("$ref", pointer + "/content/application~1json/schema");
        schema.set("paths", DOCUMENT.path("paths"));
        schema.set("components", DOCUMENT.path("components"));
        JsonNode body = json(answer.body());
        assertThat(SCHEMAS.getSchema(schema).validate(body)).as(answer.body()).isEmpty();
        return body;
    }

    /** The examples of the body of a request, by name. */
    public static JsonNode requestExamples(String method, String path) {
        JsonNode content = DOCUMENT.path("paths")
                .path(path)
                .path(method)
                .path("requestBody")
                .path("content")
                .path("application/json");
        if (content.has("examples")) {
            ObjectNode examples = MAPPER.createObjectNode();
            content.path("examples")
                    .properties()
                    .forEach(example ->
                            examples.set(example.getKey(), example.getValue().path("value")));
            return examples;
        }
        return MAPPER.createObjectNode().set("example", content.path("example"));
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static JsonNode read() {
        try (InputStream text = AssetContract.class.getResourceAsStream("/contract/openapi-assets.yaml")) {
            Map<String, Object> document = new Yaml().load(text);
            return MAPPER.valueToTree(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
