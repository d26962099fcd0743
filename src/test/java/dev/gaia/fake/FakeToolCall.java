package dev.gaia.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A tool that the fake model asks for. */
record FakeToolCall(String name, ObjectNode arguments) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What {@code fake-tool-call} and {@code fake-two-tool-calls} ask for. */
    static List<FakeToolCall> weather(int calls) {
        var cities = List.of("Nürnberg", "Erlangen");
        var asked = new ArrayList<FakeToolCall>();
        for (int index = 0; index < calls; index++) {
            var arguments = JsonNodeFactory.instance.objectNode().put("city", cities.get(index));
            asked.add(new FakeToolCall("get_weather", index == 0 ? arguments.put("unit", "celsius") : arguments));
        }
        return asked;
    }

    /** Reads {@code [{"name": "...", "arguments": {...}}]}. */
    static List<FakeToolCall> read(String json) {
        try {
            var asked = new ArrayList<FakeToolCall>();
            for (var call : MAPPER.readTree(json)) {
                asked.add(new FakeToolCall(call.path("name").asText(), (ObjectNode) call.get("arguments")));
            }
            return asked;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
