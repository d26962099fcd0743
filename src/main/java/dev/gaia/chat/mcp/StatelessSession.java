package dev.gaia.chat.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.modern.McpException;
import io.modelcontextprotocol.modern.client.McpAsyncClient;
import io.modelcontextprotocol.modern.client.transport.McpHttpStatusException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import reactor.core.Disposable;

/**
 * A server of the protocol's revision 2026-07-28, which knows no sessions: every request says for itself what it needs,
 * in {@code _meta} and in headers, so that there is nothing to lose but the server. The official SDK writes both.
 */
final class StatelessSession implements McpSession {

    /** Codes that servers of earlier revisions gave themselves; those of this one must not use them. */
    private static final int OLDER_CODES_FIRST = -32_000;

    private static final int OLDER_CODES_LAST = -32_019;
    private static final TypeReference<Map<String, Object>> ARGUMENTS = new TypeReference<>() {};

    private final String server;
    private final McpAsyncClient client;
    private final Answers answers;
    private final ObjectMapper mapper;
    private final Duration timeout;
    private final CompletableFuture<Void> ended;
    private final Disposable listening;
    private final Runnable stop;
    private volatile boolean doubtful;

    /**
     * @param timeout of a list of tools
     * @param ended completes when the server has ended by itself
     * @param listening to what the server tells by itself
     * @param stop ends what the connection leads to
     */
    StatelessSession(
            String server,
            McpAsyncClient client,
            ObjectMapper mapper,
            Duration timeout,
            CompletableFuture<Void> ended,
            Disposable listening,
            Runnable stop) {
        this.server = server;
        this.client = client;
        this.answers = new Answers(server, ended);
        this.mapper = mapper;
        this.timeout = timeout;
        this.ended = ended;
        this.listening = listening;
        this.stop = stop;
    }

    @Override
    public List<McpTool> tools() throws McpFault {
        var listed = answers.await(
                client.listTools()
                        .skipCache()
                        .roundTimeout(timeout)
                        .callTimeout(timeout)
                        .list(),
                "list of tools",
                timeout,
                this::look);
        return listed.tools().stream()
                .map(tool -> McpTool.of(
                        server,
                        tool.name(),
                        tool.description() == null ? "" : tool.description(),
                        mapper.<ObjectNode>valueToTree(tool.inputSchema() == null ? Map.of() : tool.inputSchema()),
                        tool.annotations() != null
                                && Boolean.TRUE.equals(tool.annotations().readOnlyHint())))
                .toList();
    }

    @Override
    public ObjectNode call(String tool, ObjectNode arguments, Duration within) throws McpFault {
        return mapper.valueToTree(answers.await(
                client.tool(tool)
                        .arguments(mapper.convertValue(arguments, ARGUMENTS))
                        .roundTimeout(within)
                        .callTimeout(within)
                        .call(),
                "tool " + tool,
                within,
                this::look));
    }

    /** A status without a word of the protocol, or a word of the older one: it may be another server by now. */
    private void look(Throwable failure) {
        boolean older = failure instanceof McpException error
                && error.error().code() <= OLDER_CODES_FIRST
                && error.error().code() >= OLDER_CODES_LAST;
        if (older || failure instanceof McpHttpStatusException) {
            doubtful = true;
        }
    }

    @Override
    public boolean alive() {
        return !doubtful && !ended.isDone();
    }

    /** Calls to an address that are under way go on: they share nothing. */
    @Override
    public void close() {
        listening.dispose();
        stop.run();
    }
}
