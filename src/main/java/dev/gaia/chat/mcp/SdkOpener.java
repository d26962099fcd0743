package dev.gaia.chat.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/**
 * Opens sessions with the official SDK. Servers are told no more of us than our name, and may ask nothing of us. A server
 * is first asked in the protocol without sessions, and greeted in the older one when it does not know it; only that of
 * this process knows the older one alone.
 */
final class SdkOpener implements McpSession.Opener {

    private final McpSettings settings;
    private final ObjectMapper mapper;
    private final SdkJson json;
    private final StatelessOpener stateless;
    /** Child processes by name that are known to speak the older protocol. */
    private final Set<String> older = ConcurrentHashMap.newKeySet();

    SdkOpener(McpSettings settings, ObjectMapper mapper, SdkJson json) {
        this.settings = settings;
        this.mapper = mapper;
        this.json = json;
        this.stateless = new StatelessOpener(settings, mapper, json);
    }

    @Override
    public McpSession open(ServerDeclaration server, Runnable onToolsChanged) throws McpFault {
        return switch (server.launch()) {
            case ServerDeclaration.Command command -> openChild(server, command, onToolsChanged);
            case ServerDeclaration.Address address -> {
                var modern = stateless.open(server, address, onToolsChanged);
                yield modern.isPresent()
                        ? modern.get()
                        : session(server, http(address), onToolsChanged, new CompletableFuture<>(), () -> {});
            }
            case ServerDeclaration.InProcess inside ->
                session(server, transport(inside), onToolsChanged, new CompletableFuture<>(), () -> {});
        };
    }

    private static McpClientTransport transport(ServerDeclaration.InProcess inside) throws McpFault {
        try {
            return inside.transport().get();
        } catch (UncheckedIOException e) {
            throw new McpFault(e.getMessage());
        }
    }

    /** A server that does not know the newer protocol is not asked again, unless it fails in the older one too. */
    private McpSession openChild(ServerDeclaration server, ServerDeclaration.Command command, Runnable onToolsChanged)
            throws McpFault {
        var lines = start(server, command);
        try {
            if (!older.contains(server.name())) {
                var modern = stateless.open(server, lines, onToolsChanged);
                if (modern.isPresent()) {
                    lines.noteDescendants();
                    return modern.get();
                }
                if (lines.ended().isDone()) {
                    lines.stop();
                    lines = start(server, command);
                }
            }
            var transport = new StdioTransport(server.name(), lines, json.mapper());
            var session = session(server, transport, onToolsChanged, lines.ended(), transport::stop);
            lines.noteDescendants();
            older.add(server.name());
            return session;
        } catch (McpFault e) {
            older.remove(server.name());
            lines.stop();
            throw lines.lastError()
                    .map(line -> new McpFault(e.getMessage() + "; it says: " + line))
                    .orElse(e);
        }
    }

    private ChildLines start(ServerDeclaration server, ServerDeclaration.Command command) throws McpFault {
        try {
            return ChildLines.start(server.name(), command, settings.messageMaxBytes(), settings.stopTimeout());
        } catch (IOException e) {
            throw new McpFault("its program cannot be started: " + e.getMessage());
        }
    }

    private McpClientTransport http(ServerDeclaration.Address address) {
        var url = address.url();
        var base = url.getScheme() + "://" + url.getRawAuthority();
        var path = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
        var request = HttpRequest.newBuilder();
        address.headers().forEach(request::setHeader);
        return HttpClientStreamableHttpTransport.builder(base)
                .endpoint(path.isEmpty() ? "/" : path)
                .jsonMapper(json.mapper())
                .customizeClient(client ->
                        client.followRedirects(HttpClient.Redirect.NEVER).connectTimeout(settings.startTimeout()))
                .maxResponseSize(settings.messageMaxBytes())
                .requestBuilder(request)
                .build();
    }

    private McpSession session(
            ServerDeclaration server,
            McpClientTransport transport,
            Runnable onToolsChanged,
            CompletableFuture<Void> ended,
            Runnable stop)
            throws McpFault {
        McpAsyncClient client = McpClient.async(transport)
                .clientInfo(McpSchema.Implementation.builder("gaia", "0.1.0").build())
                // Longer than that of the session, which can tell what took so long.
                .requestTimeout(settings.callTimeout().plusSeconds(1))
                .initializationTimeout(settings.startTimeout())
                .jsonSchemaValidator(json.validator())
                .toolsChangeConsumer(tools -> Mono.fromRunnable(onToolsChanged))
                .build();
        var greeting = client.initialize().toFuture();
        try {
            CompletableFuture.anyOf(greeting, ended).get(settings.startTimeout().toNanos(), TimeUnit.NANOSECONDS);
            if (!greeting.isDone()) {
                throw new McpFault("it ended while it started");
            }
            return new SdkSession(server.name(), client, ended, mapper, settings.callTimeout(), stop);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            client.close();
            throw new McpFault("the start was cancelled");
        } catch (ExecutionException e) {
            client.close();
            throw new McpFault("it did not start: " + e.getCause().getMessage());
        } catch (TimeoutException e) {
            client.close();
            throw new McpFault(
                    "it did not answer within " + settings.startTimeout().toSeconds() + " s");
        }
    }
}
