package dev.gaia.chat.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/** A session of the official SDK's client. */
final class SdkSession implements McpSession {

    private static final int PAGES_MAX = 50;
    private static final int MESSAGE_MAX = 500;
    private static final TypeReference<Map<String, Object>> ARGUMENTS = new TypeReference<>() {};

    private final String server;
    private final McpAsyncClient client;
    private final CompletableFuture<Void> ended;
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
        this.mapper = mapper;
        this.timeout = timeout;
        this.stop = stop;
    }

    @Override
    public List<McpTool> tools() throws McpFault {
        var tools = new ArrayList<McpTool>();
        String cursor = null;
        for (int page = 0; page < PAGES_MAX; page++) {
            var listed = await(client.listTools(cursor), "list of tools", timeout);
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
        return mapper.valueToTree(await(client.callTool(request), "tool " + tool, within));
    }

    private <T> T await(Mono<T> answer, String what, Duration within) throws McpFault {
        var future = answer.toFuture();
        try {
            CompletableFuture.anyOf(future, ended).get(within.toNanos(), TimeUnit.NANOSECONDS);
            if (future.isDone()) {
                return future.get();
            }
            throw new McpFault("The MCP server " + server + " ended before its " + what + " answered");
        } catch (TimeoutException e) {
            throw new McpFault("The " + what + " of the MCP server " + server + " did not answer within "
                    + within.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new McpFault(sentence(e.getCause(), what));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new McpFault("The call was cancelled");
        } finally {
            future.cancel(true);
        }
    }

    /** What the server itself says is for the model to read; what a library says is not. */
    private String sentence(Throwable cause, String what) {
        if (cause instanceof McpError error && error.getMessage() != null) {
            var text = error.getMessage();
            return text.length() > MESSAGE_MAX ? text.substring(0, MESSAGE_MAX) + "…" : text;
        }
        return "The " + what + " of the MCP server " + server + " failed";
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
