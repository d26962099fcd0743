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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Speaks to an MCP server over the standard input and output of a child process.
 *
 * <p>In place of the SDK's own, which hands this process's whole environment to the child, reads lines of any length,
 * gives up at the first line that is not JSON, and leaves the child's children behind.
 */
final class StdioTransport implements McpClientTransport {

    private static final Logger log = LoggerFactory.getLogger(StdioTransport.class);

    private static final int ERROR_LINE_MAX_BYTES = 65_536;
    private static final int ERROR_SHOWN_MAX = 300;

    private final ServerDeclaration server;
    private final ServerDeclaration.Command command;
    private final McpJsonMapper mapper;
    private final int messageMaxBytes;
    private final Duration stopTimeout;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final ExecutorService writer;
    private volatile Optional<ChildProcess> child = Optional.empty();
    private volatile Optional<String> lastError = Optional.empty();

    StdioTransport(
            ServerDeclaration server,
            ServerDeclaration.Command command,
            McpJsonMapper mapper,
            int messageMaxBytes,
            Duration stopTimeout) {
        this.server = server;
        this.command = command;
        this.mapper = mapper;
        this.messageMaxBytes = messageMaxBytes;
        this.stopTimeout = stopTimeout;
        this.writer = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("mcp-write-" + server.name()).factory());
    }

    @Override
    public List<String> protocolVersions() {
        return List.of(
                ProtocolVersions.MCP_2024_11_05,
                ProtocolVersions.MCP_2025_03_26,
                ProtocolVersions.MCP_2025_06_18,
                ProtocolVersions.MCP_2025_11_25);
    }

    /** Starts the program; {@link #connect} then begins to read what it says. */
    void start() throws IOException {
        child = Optional.of(ChildProcess.start(command));
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() -> {
            var started = child.orElseThrow(() -> new IllegalStateException("not started"));
            start("mcp-read-", () -> readMessages(started, handler));
            start("mcp-errors-", () -> readErrors(started));
        });
    }

    private void start(String purpose, Runnable work) {
        Thread.ofVirtual().name(purpose + server.name()).start(work);
    }

    private void readMessages(ChildProcess started, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        var lines = new BoundedLines(started.output(), messageMaxBytes);
        try {
            Optional<String> line = lines.next();
            while (line.isPresent()) {
                receive(line.get(), handler);
                line = lines.next();
            }
        } catch (IOException e) {
            log.debug("reading from the MCP server {} ended: {}", server.name(), e.getMessage());
        } finally {
            ended.complete(null);
        }
    }

    private void receive(String line, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        JSONRPCMessage message;
        try {
            message = McpSchema.deserializeJsonRpcMessage(mapper, line);
        } catch (IOException | RuntimeException e) {
            log.debug("the MCP server {} wrote something that is no message", server.name());
            return;
        }
        handler.apply(Mono.just(message))
                .subscribe(
                        answer -> {},
                        failure -> log.debug(
                                "a message of the MCP server {} was not understood: {}",
                                server.name(),
                                failure.getMessage()));
    }

    private void readErrors(ChildProcess started) {
        var lines = new BoundedLines(started.errors(), ERROR_LINE_MAX_BYTES);
        try {
            Optional<String> line = lines.next();
            while (line.isPresent()) {
                log.debug("{}: {}", server.name(), line.get());
                lastError = line.filter(text -> !text.isBlank()).or(() -> lastError);
                line = lines.next();
            }
        } catch (IOException e) {
            log.debug("the error output of the MCP server {} ended: {}", server.name(), e.getMessage());
        }
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.fromFuture(() -> CompletableFuture.runAsync(() -> write(message), writer));
    }

    private void write(JSONRPCMessage message) {
        try {
            // JSON as it is written here has no line break outside of texts, where it is escaped.
            var line = mapper.writeValueAsString(message) + "\n";
            child.orElseThrow(() -> new IllegalStateException("not connected"))
                    .write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return mapper.convertValue(data, type);
    }

    /** Completes when the server has ended. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** What the server last said about itself, to explain a failed start. */
    Optional<String> lastError() {
        return lastError.map(line -> line.length() > ERROR_SHOWN_MAX ? line.substring(0, ERROR_SHOWN_MAX) + "…" : line);
    }

    void noteDescendants() {
        child.ifPresent(ChildProcess::noteDescendants);
    }

    /** Stops the server and waits for that. */
    void stop() {
        child.ifPresent(started -> started.stop(stopTimeout));
        writer.shutdownNow();
        ended.complete(null);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromFuture(() -> CompletableFuture.runAsync(
                this::stop, task -> Thread.ofVirtual().name("mcp-stop").start(task)));
    }
}
