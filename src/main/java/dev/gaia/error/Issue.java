package dev.gaia.error;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;

/**
 * One fault of a request, as clients of the platform know it: {@code {"type","loc","msg"}}. The offending input is
 * never echoed, since it may hold a credential.
 *
 * @param type machine code such as {@code missing} or {@code float_type}
 * @param location where, starting with {@code body}, {@code query}, {@code path} or {@code header}
 * @param message what is wrong and what to send instead
 */
public record Issue(String type, List<String> location, String message) {

    public Issue {
        location = List.copyOf(location);
    }

    public static Issue missing(String... location) {
        return new Issue("missing", List.of(location), "Field required");
    }

    JsonNode toJson() {
        var node = JsonNodeFactory.instance.objectNode().put("type", type);
        var loc = node.putArray("loc");
        location.forEach(loc::add);
        return node.put("msg", message);
    }
}
