package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;

/**
 * The tools one turn offers.
 *
 * @param descriptors the same for a model; not to be changed
 * @param tokens what they cost in each call, estimated at four bytes a token
 */
record ToolSet(List<OfferedTool> tools, ArrayNode descriptors, int tokens) {

    static final ToolSet NONE = ToolSet.of(List.of());

    private static final int BYTES_PER_TOKEN = 4;

    static ToolSet of(List<OfferedTool> tools) {
        var descriptors = JsonNodeFactory.instance.arrayNode();
        tools.forEach(tool -> descriptors.add(tool.descriptor()));
        return new ToolSet(
                List.copyOf(tools),
                descriptors,
                tools.isEmpty() ? 0 : descriptors.toString().length() / BYTES_PER_TOKEN);
    }

    boolean isEmpty() {
        return tools.isEmpty();
    }

    Optional<OfferedTool> find(String name) {
        return tools.stream().filter(tool -> tool.name().equals(name)).findFirst();
    }
}
