package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.catalogue.TokenEstimate;
import java.util.List;
import java.util.Optional;

/**
 * The tools one turn offers.
 *
 * @param descriptors the same for a model; not to be changed
 * @param tokens what they cost in each call, estimated
 */
record ToolSet(List<OfferedTool> tools, ArrayNode descriptors, long tokens) {

    static final ToolSet NONE = ToolSet.of(List.of());

    static ToolSet of(List<OfferedTool> tools) {
        var descriptors = JsonNodeFactory.instance.arrayNode();
        tools.forEach(tool -> descriptors.add(tool.descriptor()));
        return new ToolSet(List.copyOf(tools), descriptors, TokenEstimate.ofTools(descriptors));
    }

    boolean isEmpty() {
        return tools.isEmpty();
    }

    Optional<OfferedTool> find(String name) {
        return tools.stream().filter(tool -> tool.name().equals(name)).findFirst();
    }
}
