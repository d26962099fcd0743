package dev.gaia.asset.fetch;

import dev.gaia.asset.provider.ProviderFailure;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches a file from an address that a provider named. Over https only, from public addresses only, and the address
 * that was checked is the one that is connected to: a name that answers differently a moment later changes nothing. The
 * one exception is the origin of a provider that is configured at a loopback address, as stand-ins are.
 */
public final class FetchFile implements AutoCloseable {

    private static final int REDIRECTS_MAX = 3;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final HttpClient client;
    private final Duration limit;
    private final String userAgent;

    /** @param limit for one file, redirects included */
    public FetchFile(Vertx vertx, Duration limit, Duration connectTimeout, int fetchesMax, String userAgent) {
        this.limit = limit;
        this.userAgent = userAgent;
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_1_1)
                        .setKeepAlive(false)
                        .setConnectTimeout((int) connectTimeout.toMillis())
                        .setVerifyHost(true),
                new PoolOptions().setHttp1MaxSize(fetchesMax).setMaxWaitQueueSize(fetchesMax * 4));
    }

    /**
     * Fetches a file.
     *
     * @param standIn the provider's configured address
     * @param maxBytes largest file
     * @throws ProviderFailure when the address may not be asked, does not answer, or sends too much
     */
    public byte[] fetch(String address, Optional<URI> standIn, long maxBytes)
            throws ProviderFailure, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        URI next = parse(address);
        for (int i = 0; i <= REDIRECTS_MAX; i++) {
            Answer answer = ask(next, standIn, maxBytes, end);
            if (answer.redirect().isEmpty()) {
                return answer.body();
            }
            next = next.resolve(parse(answer.redirect().get()));
        }
        throw ProviderFailure.failed("the result's address leads from one place to another");
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    private record Answer(Optional<String> redirect, byte[] body) {}

    private Answer ask(URI uri, Optional<URI> standIn, long maxBytes, long end)
            throws ProviderFailure, InterruptedException {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        boolean trusted =
                standIn.filter(origin -> sameLoopbackOrigin(uri, origin)).isPresent();
        if (uri.getHost() == null || uri.getUserInfo() != null || (!secure && !trusted)) {
            throw refused();
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        InetAddress address = checked(uri.getHost(), trusted);
        var options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(uri.getHost())
                .setPort(port)
                .setSsl(secure)
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setURI(target(uri))
                .putHeader("User-Agent", userAgent);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        client.request(options).onFailure(answer::completeExceptionally).onSuccess(request -> {
            var reset = answer.whenComplete((done, failure) -> {
                if (failure != null) {
                    request.reset();
                }
            });
            if (reset.isCompletedExceptionally()) {
                return;
            }
            request.send()
                    .onFailure(answer::completeExceptionally)
                    .onSuccess(response -> receive(request, response, maxBytes, answer));
        });
        try {
            return answer.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.completeExceptionally(e);
            throw ProviderFailure.timedOut("the result could not be fetched in time");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProviderFailure failure) {
                throw failure;
            }
            throw ProviderFailure.failed("the result could not be fetched");
        }
    }

    private static void receive(
            HttpClientRequest request, HttpClientResponse response, long maxBytes, CompletableFuture<Answer> answer) {
        String location = response.getHeader("location");
        if (REDIRECTS.contains(response.statusCode()) && location != null) {
            answer.complete(new Answer(Optional.of(location), new byte[0]));
            request.reset();
            return;
        }
        if (response.statusCode() != 200) {
            answer.completeExceptionally(
                    ProviderFailure.failed("the result could not be fetched: status " + response.statusCode()));
            return;
        }
        var body = new ByteArrayOutputStream();
        response.handler(piece -> {
            if (body.size() + (long) piece.length() > maxBytes) {
                answer.completeExceptionally(
                        ProviderFailure.failed("the result is larger than " + (maxBytes >> 20) + "MB"));
            } else {
                body.writeBytes(piece.getBytes());
            }
        });
        response.exceptionHandler(answer::completeExceptionally);
        response.endHandler(ended -> answer.complete(new Answer(Optional.empty(), body.toByteArray())));
    }

    /** Every address of the name must be public; a name that has both kinds is a trap. */
    private static InetAddress checked(String host, boolean trusted) throws ProviderFailure {
        try {
            InetAddress[] all =
                    InetAddress.getAllByName(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
            if (!trusted && !Arrays.stream(all).allMatch(PublicAddress::test)) {
                throw refused();
            }
            return all[0];
        } catch (UnknownHostException e) {
            throw ProviderFailure.failed("the result's address is unknown");
        }
    }

    private static boolean sameLoopbackOrigin(URI uri, URI origin) {
        String host = origin.getHost().toLowerCase(Locale.ROOT);
        boolean loopback = "localhost".equals(host) || host.startsWith("127.") || "[::1]".equals(host);
        return loopback
                && host.equalsIgnoreCase(uri.getHost())
                && origin.getPort() == uri.getPort()
                && origin.getScheme().equalsIgnoreCase(uri.getScheme());
    }

    private static String target(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static URI parse(String address) throws ProviderFailure {
        try {
            return URI.create(address);
        } catch (IllegalArgumentException e) {
            throw refused();
        }
    }

    private static ProviderFailure refused() {
        return ProviderFailure.failed("the result lies at an address that is not asked");
    }

    @Override
    public void close() {
        client.close();
    }
}
