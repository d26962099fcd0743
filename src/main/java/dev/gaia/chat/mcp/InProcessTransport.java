package dev.gaia.chat.mcp;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Both ends of a connection between a client and a server of one process: what the client sends is handed to the
 * server, and its answer back.
 */
public final class InProcessTransport implements McpClientTransport, McpStatelessServerTransport {

    private final McpJsonMapper mapper;
    private volatile McpStatelessServerHandler server;
    private volatile Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> client = message -> message;

    public InProcessTransport(McpJsonMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public void setMcpHandler(McpStatelessServerHandler handler) {
        server = handler;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() -> client = handler);
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return switch (message) {
            case JSONRPCRequest request ->
                server.handleRequest(McpTransportContext.EMPTY, request)
                        .flatMap(response -> client.apply(Mono.just(response)))
                        .then();
            case JSONRPCNotification notification -> server.handleNotification(McpTransportContext.EMPTY, notification);
            default -> Mono.empty();
        };
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return mapper.convertValue(data, type);
    }

    @Override
    public List<String> protocolVersions() {
        return McpStatelessServerTransport.super.protocolVersions();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }

    @Override
    public void close() {
        // holds nothing
    }
}
