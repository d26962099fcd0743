package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** Results of tools in the form of MCP, and as the text a model reads. */
final class ToolResults {

    private static final String CUT = "\n[cut off: the result is longer than the limit]";

    private ToolResults() {}

    static ObjectNode of(String text) {
        var result = JsonNodeFactory.instance.objectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }

    static ObjectNode error(String text) {
        return of(text).put("isError", true);
    }

    static boolean failed(JsonNode result) {
        return result.path("isError").asBoolean(false);
    }

    /** The texts of a result; what is no text is named, not sent. At most {@code maxBytes} of UTF-8, a mark included. */
    static String text(JsonNode result, int maxBytes) {
        var parts = new ArrayList<String>();
        for (var content : result.path("content")) {
            parts.add(part(content));
        }
        if (parts.isEmpty() && result.path("structuredContent").isContainerNode()) {
            parts.add(result.get("structuredContent").toString());
        }
        return cut(String.join("\n", parts), maxBytes);
    }

    private static String part(JsonNode content) {
        if (content.path("text").isTextual()) {
            return content.get("text").textValue();
        }
        if (content.at("/resource/text").isTextual()) {
            return content.at("/resource/text").textValue();
        }
        var kind = content.path("mimeType").asText(content.path("type").asText("content"));
        var uri = content.path("uri").asText("");
        return "[" + kind + (uri.isEmpty() ? "" : " " + uri) + "]";
    }

    private static String cut(String text, int maxBytes) {
        if (text.length() <= maxBytes / 3 || text.getBytes(StandardCharsets.UTF_8).length <= maxBytes) {
            return text;
        }
        // The encoder stops before a character that no longer fits, so that none is cut in two.
        var bytes = ByteBuffer.allocate(maxBytes - CUT.length());
        var characters = CharBuffer.wrap(text);
        StandardCharsets.UTF_8.newEncoder().encode(characters, bytes, true);
        return text.substring(0, characters.position()) + CUT;
    }
}
