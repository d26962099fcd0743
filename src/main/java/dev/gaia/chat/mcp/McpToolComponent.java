package dev.gaia.chat.mcp;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * The component {@code mcp-tool:<server>/<tool>}: one call of a tool of an MCP server.
 *
 * <p>In: a JSON object, the arguments. Out: the result as the protocol has it, {@code content}, {@code isError} and
 * {@code structuredContent}. Fails with {@link McpFault} when there is none. Nothing of the exchange but the body
 * reaches the server.
 */
public final class McpToolComponent extends DefaultComponent {

    private final McpServers servers;

    McpToolComponent(McpServers servers) {
        this.servers = requireNonNull(servers, "servers is null");
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        int slash = remaining.indexOf('/');
        if (slash < 1 || slash == remaining.length() - 1) {
            throw new IllegalArgumentException("mcp-tool:" + remaining + " must be written mcp-tool:<server>/<tool>");
        }
        var server = remaining.substring(0, slash);
        return new McpToolEndpoint(
                uri,
                this,
                servers.find(server)
                        .orElseThrow(() -> new IllegalArgumentException("there is no MCP server called " + server)),
                remaining.substring(slash + 1));
    }

    private static final class McpToolEndpoint extends DefaultEndpoint {

        private final McpServer server;
        private final String tool;

        McpToolEndpoint(String uri, McpToolComponent component, McpServer server, String tool) {
            super(uri, component);
            this.server = server;
            this.tool = tool;
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) throws McpFault {
                    var message = exchange.getMessage();
                    message.setBody(server.call(tool, message.getBody(ObjectNode.class)));
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("mcp-tool: can only be called, not listened to");
        }
    }
}
