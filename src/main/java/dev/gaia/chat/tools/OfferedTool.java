package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.mcp.McpTool;

/**
 * A tool under the name models know it by.
 *
 * @param kind who runs it
 * @param server the MCP server that does, and {@code tool} its name there; empty for {@link Kind#HISTORY} and
 *     {@link Kind#ASSET}
 * @param description for models
 * @param schema of its arguments
 * @param acts whether it may change things: the order of two calls then matters, and only callers who ask for such
 *     tools are offered it
 */
record OfferedTool(
        String name, Kind kind, String server, String tool, String description, ObjectNode schema, boolean acts) {

    /** Who runs a tool; the name is what routes branch on. */
    enum Kind {
        FILES,
        HISTORY,
        ASSET,
        MCP
    }

    static OfferedTool ofFiles(McpTool tool, boolean acts) {
        return new OfferedTool(
                tool.name(), Kind.FILES, tool.server(), tool.name(), tool.description(), tool.schema(), acts);
    }

    static OfferedTool ofServer(McpTool tool, boolean acts) {
        return new OfferedTool(
                tool.offeredName(), Kind.MCP, tool.server(), tool.name(), tool.description(), tool.schema(), acts);
    }

    /** The form OpenAI gave to tools. */
    ObjectNode descriptor() {
        var descriptor = JsonNodeFactory.instance.objectNode().put("type", "function");
        descriptor
                .putObject("function")
                .put("name", name)
                .put("description", description)
                .set("parameters", schema);
        return descriptor;
    }

    /** Whether the tool's own schema names this argument. */
    boolean declares(String argument) {
        JsonNode properties = schema.path("properties");
        return properties.has(argument);
    }
}
