package dev.gaia.asset.fetch;

import dev.gaia.asset.provider.ProviderFailure;
import dev.gaia.spool.SpooledFile;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
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
     * Fetches a file into a temporary one.
     *
     * @param standIn the provider's configured address
     * @param maxBytes largest file
     * @throws ProviderFailure when the address may not be asked, does not answer, or sends too much
     * @throws IOException when the temporary file cannot be written
     */
    public void fetch(String address, Optional<URI> standIn, long maxBytes, SpooledFile target)
            throws ProviderFailure, IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        URI next = parse(address);
        for (int i = 0; i <= REDIRECTS_MAX; i++) {
            Optional<String> redirect = ask(next, standIn, maxBytes, end, target);
            if (redirect.isEmpty()) {
                return;
            }
            next = next.resolve(parse(redirect.get()));
        }
        throw ProviderFailure.failed("the result's address leads from one place to another");
    }

    /** Receives the file, or where it is said to lie instead. */
    private Optional<String> ask(URI uri, Optional<URI> standIn, long maxBytes, long end, SpooledFile target)
            throws ProviderFailure, IOException, InterruptedException {
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
        CompletableFuture<Arrival> head = new CompletableFuture<>();
        client.request(options).onFailure(head::completeExceptionally).onSuccess(request -> {
            var reset = head.whenComplete((done, failure) -> {
                if (failure != null) {
                    request.reset();
                }
            });
            if (!reset.isCompletedExceptionally()) {
                request.send()
                        .onFailure(head::completeExceptionally)
                        .onSuccess(response -> head.complete(new Arrival(request, response)));
            }
        });
        try (Arrival arrival = head.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
            Optional<String> redirect = arrival.redirect();
            if (redirect.isEmpty()) {
                receive(arrival, maxBytes, end, target);
            }
            return redirect;
        } catch (TimeoutException e) {
            head.completeExceptionally(e);
            throw ProviderFailure.timedOut("the result could not be fetched in time");
        } catch (ExecutionException e) {
            throw ProviderFailure.failed("the result could not be fetched");
        }
    }

    private static void receive(Arrival arrival, long maxBytes, long end, SpooledFile target)
            throws ProviderFailure, IOException, InterruptedException, TimeoutException, ExecutionException {
        if (arrival.status() != 200) {
            throw ProviderFailure.failed("the result could not be fetched: status " + arrival.status());
        }
        for (byte[] piece = arrival.next(end); piece.length > 0; piece = arrival.next(end)) {
            if (target.size() + piece.length > maxBytes) {
                throw ProviderFailure.failed("the result is larger than " + (maxBytes >> 20) + "MB");
            }
            target.write(piece, 0, piece.length);
        }
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
