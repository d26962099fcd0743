package dev.gaia.chat.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.modern.McpException;
import io.modelcontextprotocol.modern.McpSchema;
import io.modelcontextprotocol.modern.client.McpAsyncClient;
import io.modelcontextprotocol.modern.client.McpClient;
import io.modelcontextprotocol.modern.client.McpInvalidResultException;
import io.modelcontextprotocol.modern.client.McpResponseLostException;
import io.modelcontextprotocol.modern.client.SubscriptionEvent;
import io.modelcontextprotocol.modern.client.transport.HttpClientMcpTransport;
import io.modelcontextprotocol.modern.client.transport.McpClientTransport;
import io.modelcontextprotocol.modern.client.transport.McpHttpRequestCustomizer;
import io.modelcontextprotocol.modern.client.transport.McpHttpStatusException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Asks servers whether they speak the revision 2026-07-28, and opens them when they do. How an older one shows, by its
 * pages "Streamable HTTP" and "stdio" (read November 2026): at an address by an answer of 4xx without an error of that
 * revision; as a child process by any other error, by silence, or by ending.
 */
final class StatelessOpener {

    private static final Logger log = LoggerFactory.getLogger(StatelessOpener.class);

    private static final String REVISION = "2026-07-28";
    private static final Set<Integer> UNAUTHORIZED = Set.of(401, 403);
    private static final Set<Integer> OF_THE_REVISION = Set.of(
            McpSchema.ErrorCodes.HEADER_MISMATCH,
            McpSchema.ErrorCodes.MISSING_REQUIRED_CLIENT_CAPABILITY,
            McpSchema.ErrorCodes.UNSUPPORTED_PROTOCOL_VERSION);

    private final McpSettings settings;
    private final ObjectMapper mapper;
    private final SdkJson json;

    StatelessOpener(McpSettings settings, ObjectMapper mapper, SdkJson json) {
        this.settings = settings;
        this.mapper = mapper;
        this.json = json;
    }

    /**
     * @return empty when the server speaks an older revision
     * @throws McpFault when it speaks none that is known here, wants other credentials, or cannot be reached
     */
    Optional<McpSession> open(ServerDeclaration server, ServerDeclaration.Address address, Runnable onToolsChanged)
            throws McpFault {
        var never = new CompletableFuture<Void>();
        try {
            return discover(server, client(http(address)), never, settings.startTimeout(), onToolsChanged, () -> {});
        } catch (TimeoutException e) {
            throw new McpFault(
                    "it did not answer within " + settings.startTimeout().toSeconds() + " s");
        }
    }

    /**
     * As above for a child process, which is left to be greeted in the older protocol when the answer is empty, unless
     * it has ended. It gets half of the time to start.
     */
    Optional<McpSession> open(ServerDeclaration server, ChildLines lines, Runnable onToolsChanged) throws McpFault {
        var modern = new StatelessLines(lines, json.mapper(), settings.messageMaxBytes());
        Optional<McpSession> session = Optional.empty();
        try {
            session = discover(
                    server,
                    client(modern.transport()),
                    lines.ended(),
                    settings.startTimeout().dividedBy(2),
                    onToolsChanged,
                    () -> {
                        modern.close();
                        lines.stop();
                    });
            return session;
        } catch (TimeoutException e) {
            return Optional.empty();
        } finally {
            if (session.isEmpty()) {
                modern.close();
            }
        }
    }

    private Optional<McpSession> discover(
            ServerDeclaration server,
            McpAsyncClient client,
            CompletableFuture<Void> ended,
            Duration within,
            Runnable onToolsChanged,
            Runnable stop)
            throws McpFault, TimeoutException {
        var asked = client.discover().toFuture();
        try {
            CompletableFuture.anyOf(asked, ended).get(within.toNanos(), TimeUnit.NANOSECONDS);
            if (!asked.isDone()) {
                return Optional.empty();
            }
            var found = asked.get();
            if (found.supportedVersions() == null || !found.supportedVersions().contains(REVISION)) {
                // It answers whatever it is asked.
                return Optional.empty();
            }
            var listening = listen(server, client, found, onToolsChanged);
            return Optional.of(new StatelessSession(
                    server.name(), client, mapper, settings.callTimeout(), ended, listening, stop));
        } catch (ExecutionException e) {
            return older(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new McpFault("the start was cancelled");
        } finally {
            asked.cancel(true);
        }
    }

    /** Empty for the answers of older servers. */
    private static Optional<McpSession> older(Throwable failure) throws McpFault {
        return switch (failure) {
            case McpHttpStatusException status
            when UNAUTHORIZED.contains(status.statusCode()) ->
                throw new McpFault("it answers with status " + status.statusCode() + "; look at its `headers`");
            case McpHttpStatusException status when status.statusCode() < 500 -> Optional.empty();
            case McpException error when !OF_THE_REVISION.contains(error.error().code()) -> Optional.empty();
            case McpInvalidResultException unknown -> Optional.empty();
            case McpResponseLostException gone -> Optional.empty();
            default ->
                throw new McpFault("it did not start: "
                        + Optional.ofNullable(failure.getMessage())
                                .orElse(failure.getClass().getSimpleName()));
        };
    }

    private HttpClientMcpTransport http(ServerDeclaration.Address address) {
        return HttpClientMcpTransport.builder(address.url())
                .jsonMapper(json.mapper())
                .customizeClient(client -> client.followRedirects(HttpClient.Redirect.NEVER))
                .connectTimeout(settings.startTimeout())
                .maxResponseSize(settings.messageMaxBytes())
                .requestCustomizer(McpHttpRequestCustomizer.fromSync(
                        (request, headers, context) -> address.headers().forEach(headers::set)))
                .build();
    }

    private McpAsyncClient client(McpClientTransport transport) {
        return McpClient.async(transport)
                .clientInfo(McpSchema.Implementation.builder("gaia", "0.1.0").build())
                .jsonMapper(json.mapper())
                .roundTimeout(settings.callTimeout())
                .callTimeout(settings.callTimeout())
                .build();
    }

    /** Where the server tells of changes; when that ends, the age of a list has to do. */
    private static Disposable listen(
            ServerDeclaration server, McpAsyncClient client, McpSchema.DiscoverResult found, Runnable onToolsChanged) {
        var tools = found.capabilities() == null ? null : found.capabilities().tools();
        if (tools == null || !Boolean.TRUE.equals(tools.listChanged())) {
            return Disposables.disposed();
        }
        return client.listen()
                .toolsChanged()
                .events()
                .subscribe(
                        event -> {
                            if (event instanceof SubscriptionEvent.ToolsListChanged) {
                                onToolsChanged.run();
                            }
                        },
                        failure -> log.debug(
                                "the MCP server {} tells no more of changes: {}", server.name(), failure.getMessage()));
    }
}
