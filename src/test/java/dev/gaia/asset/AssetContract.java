package dev.gaia.asset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.contract.ContractDocument;
import java.net.http.HttpResponse;

/** The published contract of the asset operations, to check answers against. */
public final class AssetContract {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ContractDocument DOCUMENT = ContractDocument.read("openapi-assets.yaml");

    private AssetContract() {}

    /** Checks status, headers and body of an answer, and returns the body. */
    public static JsonNode requireAnswer(HttpResponse<String> answer, int status, String method, String path) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(DOCUMENT.faults(DOCUMENT.operation(method, path), answer))
                .as(answer.body())
                .isEmpty();
        return json(answer.body());
    }

    /** The examples of the body of a request, by name. */
    public static JsonNode requestExamples(String method, String path) {
        return MAPPER.createObjectNode().setAll(DOCUMENT.operation(method, path).examples());
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
