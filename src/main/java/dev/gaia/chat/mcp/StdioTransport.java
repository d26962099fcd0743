package dev.gaia.chat.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Speaks the revisions up to 2025-11-25 in the lines of a child process; in place of the SDK's own, see {@link ChildLines}. */
final class StdioTransport implements McpClientTransport {

    private static final Logger log = LoggerFactory.getLogger(StdioTransport.class);

    private final String server;
    private final ChildLines lines;
    private final McpJsonMapper mapper;
    private final ExecutorService writer;

    StdioTransport(String server, ChildLines lines, McpJsonMapper mapper) {
        this.server = server;
        this.lines = lines;
        this.mapper = mapper;
        this.writer = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("mcp-write-" + server).factory());
    }

    @Override
    public List<String> protocolVersions() {
        return List.of(
                ProtocolVersions.MCP_2024_11_05,
                ProtocolVersions.MCP_2025_03_26,
                ProtocolVersions.MCP_2025_06_18,
                ProtocolVersions.MCP_2025_11_25);
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() -> lines.giveTo(line -> receive(line, handler)));
    }

    private void receive(String line, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        JSONRPCMessage message;
        try {
            message = McpSchema.deserializeJsonRpcMessage(mapper, line);
        } catch (IOException | RuntimeException e) {
            log.debug("the MCP server {} wrote something that is no message", server);
            return;
        }
        handler.apply(Mono.just(message))
                .subscribe(
                        answer -> {},
                        failure -> log.debug(
                                "a message of the MCP server {} was not understood: {}", server, failure.getMessage()));
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.fromFuture(() -> CompletableFuture.runAsync(() -> write(message), writer));
    }

    private void write(JSONRPCMessage message) {
        try {
            // JSON as it is written here has no line break outside of texts, where it is escaped.
            lines.write((mapper.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return mapper.convertValue(data, type);
    }

    /** Stops the server and waits for that. */
    void stop() {
        lines.stop();
        writer.shutdownNow();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromFuture(() -> CompletableFuture.runAsync(
                this::stop, task -> Thread.ofVirtual().name("mcp-stop").start(task)));
    }
}
