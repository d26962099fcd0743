package dev.gaia.chat.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.modern.McpException;
import io.modelcontextprotocol.modern.McpSchema;
import io.modelcontextprotocol.modern.client.McpAsyncClient;
import io.modelcontextprotocol.modern.client.McpClient;
import io.modelcontextprotocol.modern.client.SubscriptionEvent;
import io.modelcontextprotocol.modern.client.transport.HttpClientMcpTransport;
import io.modelcontextprotocol.modern.client.transport.McpHttpRequestCustomizer;
import io.modelcontextprotocol.modern.client.transport.McpHttpStatusException;
import java.net.http.HttpClient;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Asks servers at an address whether they speak the revision 2026-07-28, and opens them when they do (its page
 * "Streamable HTTP", read November 2026: an answer of 4xx without an error of that revision means an older server).
 */
final class StatelessOpener {

    private static final Logger log = LoggerFactory.getLogger(StatelessOpener.class);

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
        var client = client(address);
        var asked = client.discover().toFuture();
        try {
            var found = asked.get(settings.startTimeout().toNanos(), TimeUnit.NANOSECONDS);
            return Optional.of(new StatelessSession(
                    server.name(),
                    client,
                    mapper,
                    settings.callTimeout(),
                    listen(server, client, found, onToolsChanged)));
        } catch (ExecutionException e) {
            return older(e.getCause());
        } catch (TimeoutException e) {
            throw new McpFault(
                    "it did not answer within " + settings.startTimeout().toSeconds() + " s");
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
            default -> throw new McpFault("it did not start: " + failure.getMessage());
        };
    }

    private McpAsyncClient client(ServerDeclaration.Address address) {
        var transport = HttpClientMcpTransport.builder(address.url())
                .jsonMapper(json.mapper())
                .customizeClient(client -> client.followRedirects(HttpClient.Redirect.NEVER))
                .connectTimeout(settings.startTimeout())
                .maxResponseSize(settings.messageMaxBytes())
                .requestCustomizer(McpHttpRequestCustomizer.fromSync(
                        (request, headers, context) -> address.headers().forEach(headers::set)))
                .build();
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
