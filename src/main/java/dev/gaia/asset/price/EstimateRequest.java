package dev.gaia.asset.price;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.Categories;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/** Steps that check the body of an estimate and fill in what it leaves out. */
final class EstimateRequest {

    private static final List<String> SHEETS = List.of("dalle", "meshy", "stability", "openai_gpt", "claude");
    private static final long NUMBER_MAX = 1_000_000_000L;
    private static final Map<String, Integer> USAGE = Map.of(
            "image_count", 1,
            "input_tokens", 0,
            "output_tokens", 0,
            "character_count", 0,
            "credits_consumed", 0,
            "compute_seconds", 0,
            "requests_per_minute", 1,
            "audio_seconds", 0);
    private static final Map<String, String> CONTEXT = Map.of(
            "quality", "standard",
            "resolution", "1024x1024",
            "operation", "text_to_3d",
            "package", "professional",
            "model", "gpt-4");

    private final ObjectMapper mapper;
    private final PriceQuery query;

    EstimateRequest(ObjectMapper mapper, PriceQuery query) {
        this.mapper = mapper;
        this.query = query;
    }

    /** The estimate of v0.2. */
    void read(Exchange exchange) throws IOException {
        JsonNode body = mapper.readTree(exchange.getMessage().getBody(byte[].class));
        String provider = body.path("provider").asText("");
        if (!SHEETS.contains(provider)) {
            throw Failure.of(FailureCode.ASSET_BAD_REQUEST, "Valid provider required");
        }
        List<Issue> issues = new ArrayList<>();
        ObjectNode known = mapper.createObjectNode().put("provider", provider);
        known.put("operation", text(body, "operation", "standard", issues, "body"));
        known.put("quality", text(body, "quality", "standard", issues, "body"));
        known.set("quantity", whole(body, "quantity", 1, 100_000, issues));
        known.set("estimated_tokens", whole(body, "estimated_tokens", 1000, NUMBER_MAX, issues));
        refuse(issues);
        exchange.getMessage().setBody(query.document(known));
    }

    /** The detailed estimate of v1. */
    void readV1(Exchange exchange) throws IOException {
        JsonNode body = mapper.readTree(exchange.getMessage().getBody(byte[].class));
        List<Issue> issues = new ArrayList<>();
        for (String name : List.of("provider", "asset_category", "estimated_usage")) {
            if (!body.hasNonNull(name)) {
                issues.add(Issue.missing("body", name));
            }
        }
        String category = body.path("asset_category").asText("");
        if (body.hasNonNull("asset_category") && !Categories.ALL.contains(category)) {
            issues.add(new Issue(
                    "enum", List.of("body", "asset_category"), "Input should be " + Categories.listed(Categories.ALL)));
        }
        if (body.hasNonNull("estimated_usage") && !body.path("estimated_usage").isObject()) {
            issues.add(new Issue("dict_type", List.of("body", "estimated_usage"), "Input should be an object"));
        }
        ObjectNode known = mapper.createObjectNode()
                .put("provider", text(body, "provider", "", issues, "body"))
                .put("asset_category", category);
        ObjectNode usage = known.putObject("estimated_usage");
        USAGE.forEach(
                (name, fallback) -> usage.set(name, number(body.path("estimated_usage"), name, fallback, issues)));
        ObjectNode context = known.putObject("user_context");
        CONTEXT.forEach((name, fallback) ->
                context.put(name, text(body.path("user_context"), name, fallback, issues, "user_context")));
        refuse(issues);
        exchange.getMessage().setBody(query.document(known));
    }

    private static String text(JsonNode body, String name, String fallback, List<Issue> issues, String place) {
        JsonNode value = body.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return fallback;
        }
        if (!value.isTextual() || value.textValue().length() > 200) {
            issues.add(new Issue(
                    "string_type", List.of(place, name), "Input should be a string of at most 200 characters"));
            return fallback;
        }
        return value.textValue();
    }

    private static JsonNode whole(JsonNode body, String name, long fallback, long highest, List<Issue> issues) {
        JsonNode value = body.path(name);
        boolean given = !value.isMissingNode() && !value.isNull();
        boolean good = value.isIntegralNumber() && value.asLong() >= 1 && value.asLong() <= highest;
        if (given && !good) {
            issues.add(
                    new Issue("int_range", List.of("body", name), "Input should be an integer from 1 to " + highest));
        }
        return given && good ? value : JsonNodeFactory.instance.numberNode(fallback);
    }

    private static JsonNode number(JsonNode usage, String name, int fallback, List<Issue> issues) {
        JsonNode value = usage.path(name);
        boolean given = !value.isMissingNode() && !value.isNull();
        boolean good = value.isNumber() && value.asDouble() >= 0 && value.asDouble() <= NUMBER_MAX;
        if (given && !good) {
            issues.add(new Issue(
                    "greater_than_equal",
                    List.of("body", "estimated_usage", name),
                    "Input should be a number from 0 to " + NUMBER_MAX));
        }
        return given && good ? value : JsonNodeFactory.instance.numberNode(fallback);
    }

    private static void refuse(List<Issue> issues) {
        if (!issues.isEmpty()) {
            throw Failure.invalid(FailureCode.ASSET_INVALID_REQUEST, issues);
        }
    }
}
