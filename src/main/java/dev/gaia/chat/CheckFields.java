package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.error.Issue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads the fields of a request body and collects what is wrong with them; a null counts as absent. */
public final class CheckFields {

    private final JsonNode body;
    private final List<Issue> issues = new ArrayList<>();

    public CheckFields(JsonNode body) {
        this.body = body;
    }

    public Optional<String> text(String name) {
        return field(name, JsonNode::isTextual, "string_type", "Input should be a valid string")
                .map(JsonNode::textValue);
    }

    public Optional<String> oneOf(String name, Set<String> allowed) {
        var value = text(name);
        if (value.isPresent() && !allowed.contains(value.get())) {
            refuse("literal_error", "Input should be one of: " + String.join(", ", allowed), name);
            return Optional.empty();
        }
        return value;
    }

    public boolean bool(String name, boolean otherwise) {
        return field(name, JsonNode::isBoolean, "bool_type", "Input should be a valid boolean")
                .map(JsonNode::booleanValue)
                .orElse(otherwise);
    }

    public Optional<Double> number(String name, double lowest, double highest) {
        var value = field(name, JsonNode::isNumber, "float_type", "Input should be a valid number")
                .map(JsonNode::doubleValue);
        if (value.isPresent() && !(value.get() >= lowest && value.get() <= highest)) {
            refuse("out_of_range", "Input should be between " + lowest + " and " + highest, name);
            return Optional.empty();
        }
        return value;
    }

    public Optional<Integer> integer(String name, int lowest) {
        var value = field(
                name,
                node -> node.isIntegralNumber() && node.canConvertToInt(),
                "int_type",
                "Input should be a valid integer");
        if (value.isPresent() && value.get().intValue() < lowest) {
            refuse("greater_than_equal", "Input should be greater than or equal to " + lowest, name);
            return Optional.empty();
        }
        return value.map(JsonNode::intValue);
    }

    public List<String> texts(String name, boolean orOneText) {
        var value = field(
                name,
                node -> node.isArray() || (orOneText && node.isTextual()),
                "list_type",
                "Input should be a valid list");
        List<String> texts = new ArrayList<>();
        if (value.isPresent() && value.get().isTextual()) {
            texts.add(value.get().textValue());
        } else if (value.isPresent()) {
            for (int i = 0; i < value.get().size(); i++) {
                var item = value.get().get(i);
                if (item.isTextual()) {
                    texts.add(item.textValue());
                } else {
                    refuse("string_type", "Input should be a valid string", name, String.valueOf(i));
                }
            }
        }
        return texts;
    }

    public Optional<JsonNode> list(String name) {
        return field(name, JsonNode::isArray, "list_type", "Input should be a valid list");
    }

    public Optional<JsonNode> object(String name) {
        return field(name, JsonNode::isObject, "dict_type", "Input should be a valid object");
    }

    private Optional<JsonNode> field(String name, Predicate<JsonNode> fits, String type, String message) {
        var value = body.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!fits.test(value)) {
            refuse(type, message, name);
            return Optional.empty();
        }
        return Optional.of(value);
    }

    public void refuse(String type, String message, String... path) {
        var location = new ArrayList<String>();
        location.add("body");
        location.addAll(List.of(path));
        issues.add(new Issue(type, location, message));
    }

    public List<Issue> issues() {
        return issues;
    }
}
