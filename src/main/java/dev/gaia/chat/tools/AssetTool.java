package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.mcp.McpFault;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.error.Failure;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.NoTypeConversionAvailableException;

/** The steps of the tool with which a model asks for pictures, models and sounds. */
final class AssetTool {

    private static final String AWAY = "The asset service is away; go on without it";

    private final ObjectMapper mapper;

    AssetTool(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Leaves the arguments in the body; sets variables {@code assetType} and {@code assetMaking}, both text. */
    void readWish(Exchange exchange) {
        var wish = exchange.getVariable(ToolVariables.ARGUMENTS, ObjectNode.class);
        boolean making = exchange.getVariable(ChatVariables.REQUEST) instanceof JsonNode request
                && request.path("allow_tool_actions").asBoolean(false);
        exchange.setVariable("assetType", wish.path("asset_type").asText());
        exchange.setVariable("assetMaking", Boolean.toString(making));
        exchange.getMessage().setBody(wish);
    }

    /** Reads the segment's answer in variable {@code assetAnswer}, which crossed a link or not, into the body. */
    void readAnswer(Exchange exchange) throws IOException, NoTypeConversionAvailableException {
        var answer = exchange.getVariable("assetAnswer");
        exchange.getMessage()
                .setBody(
                        answer instanceof JsonNode document
                                ? document
                                : mapper.readTree(exchange.getContext()
                                        .getTypeConverter()
                                        .mandatoryConvertTo(byte[].class, exchange, answer)));
    }

    /** Fails as the segment did, in words for the model; without any when it was not asked or did not answer. */
    void fail(Exchange exchange) throws McpFault {
        var cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        throw new McpFault(cause instanceof Failure failure ? failure.getMessage() : AWAY);
    }
}
