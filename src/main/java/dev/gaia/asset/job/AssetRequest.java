package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.Categories;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Normalises a request for an asset (assets.md 2) or refuses it: older names become newer ones, what is left out gets
 * its default, what is unknown is dropped.
 */
final class AssetRequest {

    private static final List<String> QUALITIES = List.of("low", "medium", "high", "ultra");
    private static final Pattern RESOLUTION = Pattern.compile("\\d{2,5}x\\d{2,5}");
    private static final Pattern FORMAT = Pattern.compile("[a-z0-9]{1,10}");

    private final JsonNode body;
    private final BigDecimal highestCost;
    private final boolean generating;
    private final List<Issue> issues = new ArrayList<>();

    private AssetRequest(JsonNode body, BigDecimal highestCost, boolean generating) {
        this.body = body;
        this.highestCost = highestCost;
        this.generating = generating;
    }

    /**
     * The normal form, with a null {@code session_id} when none was given.
     *
     * @param highestCost to which {@code max_cost} is lowered
     * @param generating whether stored assets are only looked at when the request says so
     * @throws Failure listing everything that is wrong
     */
    static ObjectNode normalise(JsonNode body, BigDecimal highestCost, boolean generating) {
        return new AssetRequest(body, highestCost, generating).read();
    }

    private ObjectNode read() {
        ObjectNode normal = JsonNodeFactory.instance.objectNode();
        boolean older = (!body.hasNonNull("description") && body.hasNonNull("prompt"))
                || (!body.hasNonNull("category") && body.hasNonNull("type"));
        normal.put("category", category());
        String style = text(body, "style", 100, "body");
        if (!body.hasNonNull("style") && !older) {
            issues.add(Issue.missing("body", "style"));
        } else if (body.hasNonNull("style") && style.isEmpty()) {
            tooShort("style");
        }
        normal.put("style", body.hasNonNull("style") ? style : "realistic");
        String named = body.hasNonNull("description") ? "description" : "prompt";
        String description = text(body, named, 4000, "body");
        if (!body.hasNonNull(named)) {
            issues.add(Issue.missing("body", "description"));
        } else if (description.isEmpty()) {
            tooShort(named);
        }
        normal.put("description", description);
        normal.set("requirements", requirements());
        normal.set("preferences", preferences());
        String session = text(body, "session_id", 255, "body");
        normal.put("session_id", session.isEmpty() ? null : session);
        if (!issues.isEmpty()) {
            throw Failure.invalid(FailureCode.ASSET_INVALID_REQUEST, issues);
        }
        return normal;
    }

    private String category() {
        String field = body.hasNonNull("category") ? "category" : "type";
        String word = body.path(field).asText("");
        String category = "type".equals(field) && "3d_model".equals(word) ? "prop" : word;
        if (!body.hasNonNull(field)) {
            issues.add(Issue.missing("body", "category"));
        } else if (!Categories.ALL.contains(category)) {
            issues.add(
                    new Issue("enum", List.of("body", field), "Input should be " + Categories.listed(Categories.ALL)));
        }
        return category;
    }

    private ObjectNode requirements() {
        JsonNode asked = part("requirements");
        ObjectNode normal = JsonNodeFactory.instance.objectNode();
        if (asked.isObject()) {
            String platform = text(asked, "platform", 100, "requirements");
            if (platform.isEmpty()) {
                issues.add(Issue.missing("body", "requirements", "platform"));
            }
            normal.put("platform", platform);
        }
        String quality = text(asked, "quality", 20, "requirements");
        if (!quality.isEmpty() && !QUALITIES.contains(quality)) {
            issues.add(new Issue(
                    "enum",
                    List.of("body", "requirements", "quality"),
                    "Input should be " + Categories.listed(QUALITIES)));
        }
        normal.put("quality", quality.isEmpty() ? "medium" : quality);
        number(asked, "polygon_count_max", normal);
        number(asked, "file_size_max_mb", normal);
        matching(asked, "format", FORMAT, normal);
        matching(asked, "resolution", RESOLUTION, normal);
        return normal;
    }

    private ObjectNode preferences() {
        JsonNode asked = part("preferences");
        ObjectNode normal = JsonNodeFactory.instance.objectNode();
        normal.put("allow_database", flag(asked, "allow_database", !generating));
        normal.put("allow_modifications", flag(asked, "allow_modifications", !generating));
        normal.put("allow_generation", flag(asked, "allow_generation", true));
        normal.put("allow_external", flag(asked, "allow_external", !generating));
        normal.put("allow_non_commercial", flag(asked, "allow_non_commercial", false));
        BigDecimal cost = amount(asked, "max_cost", new BigDecimal("0.50"));
        normal.put("max_cost", cost.min(highestCost));
        normal.put(
                "max_wait_time_ms",
                amount(asked, "max_wait_time_ms", BigDecimal.valueOf(5000)).longValue());
        return normal;
    }

    private JsonNode part(String name) {
        JsonNode part = body.path(name);
        if (!part.isMissingNode() && !part.isNull() && !part.isObject()) {
            issues.add(new Issue("dict_type", List.of("body", name), "Input should be an object"));
        }
        return part;
    }

    private String text(JsonNode node, String name, int longest, String place) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            issues.add(new Issue("string_type", List.of(place, name), "Input should be a valid string"));
            return "x";
        }
        String text = value.textValue().strip();
        if (text.indexOf('\0') >= 0) {
            issues.add(new Issue("string_type", List.of(place, name), "Input should hold no zero characters"));
        }
        if (text.length() > longest) {
            issues.add(new Issue(
                    "string_too_long", List.of(place, name), "String should have at most " + longest + " characters"));
        }
        return text;
    }

    private void tooShort(String name) {
        issues.add(new Issue("string_too_short", List.of("body", name), "String should have at least 1 character"));
    }

    private void number(JsonNode node, String name, ObjectNode normal) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        if (!value.isIntegralNumber() || value.asLong() < 1 || value.asLong() > Integer.MAX_VALUE) {
            issues.add(new Issue(
                    "greater_than_equal",
                    List.of("body", "requirements", name),
                    "Input should be an integer of 1 or more"));
        } else {
            normal.put(name, value.asInt());
        }
    }

    private void matching(JsonNode node, String name, Pattern pattern, ObjectNode normal) {
        String text = text(node, name, 20, "requirements").toLowerCase(java.util.Locale.ROOT);
        if (!text.isEmpty() && !pattern.matcher(text).matches()) {
            issues.add(new Issue(
                    "string_pattern_mismatch",
                    List.of("body", "requirements", name),
                    "String should match pattern '" + pattern + "'"));
        } else if (!text.isEmpty()) {
            normal.put(name, text);
        }
    }

    private boolean flag(JsonNode node, String name, boolean fallback) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return fallback;
        }
        if (!value.isBoolean()) {
            issues.add(new Issue("bool_type", List.of("body", "preferences", name), "Input should be true or false"));
        }
        return value.asBoolean(fallback);
    }

    private BigDecimal amount(JsonNode node, String name, BigDecimal fallback) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return fallback;
        }
        boolean good = value.isNumber() && value.asDouble() >= 0 && value.asDouble() <= 1e9;
        if (!good) {
            issues.add(new Issue(
                    "greater_than_equal",
                    List.of("body", "preferences", name),
                    "Input should be a number of 0 or more"));
            return fallback;
        }
        return value.decimalValue();
    }
}
