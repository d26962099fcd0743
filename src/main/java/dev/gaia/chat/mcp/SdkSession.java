package dev.gaia.chat.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.spec.McpSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A session of the official SDK's client. */
final class SdkSession implements McpSession {

    private static final int PAGES_MAX = 50;
    private static final TypeReference<Map<String, Object>> ARGUMENTS = new TypeReference<>() {};

    private final String server;
    private final McpAsyncClient client;
    private final CompletableFuture<Void> ended;
    private final Answers answers;
    private final ObjectMapper mapper;
    private final Duration timeout;
    private final Runnable stop;

    /**
     * @param ended completes when the connection has ended by itself
     * @param timeout of a list of tools
     * @param stop ends what the connection leads to
     */
    SdkSession(
            String server,
            McpAsyncClient client,
            CompletableFuture<Void> ended,
            ObjectMapper mapper,
            Duration timeout,
            Runnable stop) {
        this.server = server;
        this.client = client;
        this.ended = ended;
        this.answers = new Answers(server, ended);
        this.mapper = mapper;
        this.timeout = timeout;
        this.stop = stop;
    }

    @Override
    public List<McpTool> tools() throws McpFault {
        var tools = new ArrayList<McpTool>();
        String cursor = null;
        for (int page = 0; page < PAGES_MAX; page++) {
            var listed = answers.await(client.listTools(cursor), "list of tools", timeout);
            for (var tool : listed.tools()) {
                ObjectNode schema = mapper.valueToTree(tool.inputSchema() == null ? Map.of() : tool.inputSchema());
                boolean readOnly = tool.annotations() != null
                        && Boolean.TRUE.equals(tool.annotations().readOnlyHint());
                tools.add(McpTool.of(
                        server, tool.name(), tool.description() == null ? "" : tool.description(), schema, readOnly));
            }
            cursor = listed.nextCursor();
            if (cursor == null || cursor.isEmpty()) {
                break;
            }
        }
        return tools;
    }

    @Override
    public ObjectNode call(String tool, ObjectNode arguments, Duration within) throws McpFault {
        var request = McpSchema.CallToolRequest.builder(tool)
                .arguments(mapper.convertValue(arguments, ARGUMENTS))
                .build();
        return mapper.valueToTree(answers.await(client.callTool(request), "tool " + tool, within));
    }

    @Override
    public boolean alive() {
        return !ended.isDone();
    }

    @Override
    public void close() {
        ended.complete(null);
        stop.run();
        client.close();
    }
}
