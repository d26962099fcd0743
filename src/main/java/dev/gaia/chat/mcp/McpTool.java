package dev.gaia.chat.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * A tool of an MCP server.
 *
 * @param server the server's name
 * @param name as the server calls it
 * @param description for models; empty when the server gives none
 * @param schema of its arguments, always of the type object
 * @param readOnly whether the server says that it changes nothing; no word of it means that it may
 */
public record McpTool(String server, String name, String description, ObjectNode schema, boolean readOnly) {

    /** Words of JSON Schema whose value is an object; a schema with one of them is more than a list of properties. */
    private static final Set<String> KEYWORDS =
            Set.of("properties", "$defs", "definitions", "additionalProperties", "not");

    /** Writes the same schema in the same way, in whatever order a server lists its properties. */
    private static final JsonMapper CANONICAL =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    private static final int NAME_MAX = 64;
    private static final int DESCRIPTION_MAX = 2048;
    private static final int DIGEST_LENGTH = 8;

    /**
     * A tool as its server lists it.
     *
     * @param schema what the server sent; wrapped when it does not say that it is an object (semantics 14.1)
     */
    public static McpTool of(String server, String name, String description, ObjectNode schema, boolean readOnly) {
        var cut =
                description.length() > DESCRIPTION_MAX ? description.substring(0, DESCRIPTION_MAX) + "…" : description;
        return new McpTool(server, name, cut, asObjectSchema(schema), readOnly);
    }

    private static ObjectNode asObjectSchema(ObjectNode schema) {
        if (schema.hasNonNull("type")) {
            return schema;
        }
        var wrapped = JsonNodeFactory.instance.objectNode().put("type", "object");
        boolean onlyProperties = !schema.isEmpty()
                && schema.properties().stream()
                        .allMatch(entry -> entry.getValue().isObject() && !KEYWORDS.contains(entry.getKey()));
        return onlyProperties ? wrapped.set("properties", schema) : wrapped.setAll(schema);
    }

    /** What models call it: {@code mcp_<server>_<tool>} in the letters and the length that model providers take. */
    public String offeredName() {
        var full = ("mcp_" + server + "_" + name).replaceAll("[^A-Za-z0-9_-]", "_");
        return full.length() <= NAME_MAX
                ? full
                : full.substring(0, NAME_MAX - DIGEST_LENGTH - 1) + "_"
                        + digest(name).substring(0, DIGEST_LENGTH);
    }

    /** Changes when anything changes that a model reads, or what the tool says that it does to the world. */
    String fingerprint() {
        try {
            return digest(name + '\n' + description + '\n' + CANONICAL.writeValueAsString(schema) + '\n' + readOnly);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
