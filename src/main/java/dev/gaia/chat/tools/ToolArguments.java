package dev.gaia.chat.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.mcp.SchemaCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The arguments a model wrote for a tool: only declared ones, of the declared types, of a bounded size (attack T03). */
final class ToolArguments {

    private static final Logger log = LoggerFactory.getLogger("chat-tool-call");

    private static final int NAMES_SHOWN_MAX = 10;

    private final ObjectMapper mapper;
    private final SchemaCheck check;
    private final int maxBytes;

    ToolArguments(ObjectMapper mapper, int maxBytes) {
        this.mapper = mapper;
        this.check = new SchemaCheck(mapper);
        this.maxBytes = maxBytes;
    }

    /** @throws ToolRefusal in words the model can act on */
    ObjectNode read(OfferedTool tool, String text) throws ToolRefusal {
        if (text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw new ToolRefusal("The arguments are larger than " + maxBytes + " bytes");
        }
        var arguments = declared(tool, parse(text));
        var faults = check.faults(tool.schema(), arguments);
        if (!faults.isEmpty()) {
            throw new ToolRefusal("The arguments do not fit the tool: " + String.join("; ", faults));
        }
        return arguments;
    }

    private JsonNode parse(String text) throws ToolRefusal {
        try {
            return text.isBlank() ? JsonNodeFactory.instance.objectNode() : mapper.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ToolRefusal("The arguments are not JSON");
        }
    }

    private static ObjectNode declared(OfferedTool tool, JsonNode written) throws ToolRefusal {
        if (!written.isObject()) {
            throw new ToolRefusal("The arguments are not a JSON object");
        }
        var kept = JsonNodeFactory.instance.objectNode();
        var dropped = new ArrayList<String>();
        written.properties().forEach(argument -> {
            if (tool.declares(argument.getKey())) {
                kept.set(argument.getKey(), argument.getValue());
            } else {
                dropped.add(printable(argument.getKey()));
            }
        });
        if (!dropped.isEmpty()) {
            // Never their values, which may be what somebody wanted to get out.
            log.warn(
                    "arguments of the tool {} that it does not have were dropped, {} in all: {}",
                    tool.name(),
                    dropped.size(),
                    String.join(", ", dropped.subList(0, Math.min(dropped.size(), NAMES_SHOWN_MAX))));
        }
        return kept;
    }

    private static String printable(String name) {
        var clean = name.replaceAll("\\p{Cntrl}", "?");
        return clean.length() > 60 ? clean.substring(0, 60) + "…" : clean;
    }
}
