package dev.gaia.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One operation of a published document.
 *
 * @param method in upper case
 * @param path with its parameters in braces
 * @param internal whether a service answers it on its own port, not the gateway
 * @param open whether it needs no credentials
 */
public record ContractOperation(
        ContractDocument document,
        String id,
        String method,
        String path,
        JsonNode model,
        boolean internal,
        boolean open) {

    private static final String JSON = "application/json";
    private static final String STREAM = "text/event-stream";

    boolean v03() {
        return path.startsWith("/api/v0.3");
    }

    List<JsonNode> parameters() {
        List<JsonNode> parameters = new ArrayList<>();
        model.path("parameters").forEach(parameter -> parameters.add(document.resolve(parameter)));
        return parameters;
    }

    Optional<JsonNode> body(String contentType) {
        return Optional.of(document.resolve(model.path("requestBody"))
                        .path("content")
                        .path(contentType))
                .filter(content -> !content.isMissingNode());
    }

    boolean takesJson() {
        return body(JSON).isPresent();
    }

    boolean requiresBody() {
        return document.resolve(model.path("requestBody")).path("required").asBoolean();
    }

    /** What a JSON body has to look like; of alternatives the first. */
    JsonNode bodySchema() {
        JsonNode schema = document.resolve(body(JSON).orElseThrow().path("schema"));
        return schema.has("anyOf") && !schema.has("properties")
                ? document.resolve(schema.path("anyOf").path(0))
                : schema;
    }

    /** The examples of a JSON body by their names. */
    public Map<String, JsonNode> examples() {
        return body(JSON).map(ContractOperation::examples).orElse(Map.of());
    }

    /** The statuses it may answer with. */
    TreeSet<Integer> statuses() {
        TreeSet<Integer> statuses = new TreeSet<>();
        model.path("responses").fieldNames().forEachRemaining(status -> statuses.add(Integer.valueOf(status)));
        return statuses;
    }

    JsonNode answer(int status) {
        return document.resolve(model.path("responses").path("" + status));
    }

    /** The examples of the JSON document of an answer by their names. */
    Map<String, JsonNode> answerExamples(int status) {
        return examples(answer(status).path("content").path(JSON));
    }

    /** The examples of a stream that it answers with. */
    Map<String, JsonNode> streamExamples() {
        return examples(answer(200).path("content").path(STREAM));
    }

    boolean streams() {
        return answer(200).path("content").has(STREAM);
    }

    /** Whether a stream is its only way to answer. */
    boolean onlyStreams() {
        return streams() && !answer(200).path("content").has(JSON);
    }

    private static Map<String, JsonNode> examples(JsonNode content) {
        Map<String, JsonNode> examples = new LinkedHashMap<>();
        if (content.has("example")) {
            examples.put("example", content.path("example"));
        }
        content.path("examples")
                .properties()
                .forEach(example ->
                        examples.put(example.getKey(), example.getValue().path("value")));
        return examples;
    }

    @Override
    public String toString() {
        return id + " " + method + " " + path;
    }
}
