package dev.gaia.chat.provider;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The connections to one provider, so that no provider can use up those of another.
 *
 * <p>A peer that vanished is found by the kernel's probes while a connection waits to be used again: one that waited
 * longer than the probes take has been checked. Where they cannot be had, connections wait only a short time.
 */
final class UpstreamPool implements AutoCloseable {

    /** Longest wait of a connection that nobody checks (failures F19). */
    private static final Duration UNCHECKED_MAX = Duration.ofSeconds(30);

    /** Of the connect limit; a handshake that takes longer has failed, though the provider was there. */
    private static final double HANDSHAKE_SHARE = 0.9;

    /** Read at once, so that a stream whose reader is behind is soon held back. */
    private static final int READ_MAX_BYTES = 16 * 1_024;

    private final UpstreamPlaces places;
    private final ConnectionSettings probing;
    private final HttpClient client;
    private final HttpClient freshClient;
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    /** Connections that carried a request before, which a provider may be closing while they are used again. */
    private final Set<HttpConnection> used = ConcurrentHashMap.newKeySet();

    private final RecentIds sent = new RecentIds();

    UpstreamPool(Vertx vertx, ProviderSettings settings, ConnectionSettings probing) {
        this.places = new UpstreamPlaces(settings.maxConnections(), settings.maxStreams(), settings.maxWaiting());
        this.probing = probing;
        this.client = httpClient(vertx, settings, true);
        this.freshClient = httpClient(vertx, settings, false);
    }

    private HttpClient httpClient(Vertx vertx, ProviderSettings settings, boolean keepConnections) {
        var keep = settings.keepConnectionTimeout();
        boolean probes = vertx.isNativeTransportEnabled();
        var kept = probes || keep.compareTo(UNCHECKED_MAX) < 0 ? keep : UNCHECKED_MAX;
        long connect = settings.connectTimeout().toMillis();
        int most = settings.maxConnections() + settings.maxStreams();
        return vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_1_1)
                        .setKeepAlive(keepConnections)
                        .setKeepAliveTimeout((int) Math.max(1, kept.toSeconds()))
                        .setConnectTimeout((int) connect)
                        .setSslHandshakeTimeout(Math.max(1, (long) (connect * HANDSHAKE_SHARE)))
                        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setTcpNoDelay(true)
                        // Else the kernel goes on to take megabytes of a stream that is held back.
                        .setReceiveBufferSize(settings.streamBufferBytes())
                        .setTcpKeepAlive(true)
                        .setVerifyHost(true))
                // Places are given out before; the bound here is for what is still being made or closed.
                .with(new PoolOptions().setHttp1MaxSize(2 * most).setMaxWaitQueueSize(most))
                .withConnectHandler(this::connected)
                .build();
    }

    private void connected(HttpConnection connection) {
        open.add(connection);
        connection.closeHandler(ignored -> {
            open.remove(connection);
            used.remove(connection);
        });
        connection.exceptionHandler(broken -> {});
        var channel = ((ConnectionBase) connection).channel();
        UpstreamGuard.add(channel.pipeline());
        channel.config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(512, 4_096, READ_MAX_BYTES));
        if (channel instanceof EpollSocketChannel socket) {
            socket.config().setOption(EpollChannelOption.TCP_KEEPIDLE, (int)
                    probing.probeAfter().toSeconds());
            socket.config().setOption(EpollChannelOption.TCP_KEEPINTVL, (int)
                    probing.probeInterval().toSeconds());
            socket.config().setOption(EpollChannelOption.TCP_KEEPCNT, probing.probesMax());
        }
    }

    UpstreamPlaces places() {
        return places;
    }

    HttpClient client(boolean freshConnection) {
        return freshConnection ? freshClient : client;
    }

    /** Notes that a connection carries a request; true when it carried one before. */
    boolean use(HttpConnection connection) {
        return !used.add(connection);
    }

    /** Ids of the requests to this provider that are under way, or were of late. */
    RecentIds sent() {
        return sent;
    }

    /** Connections that are open, used or not. */
    Set<HttpConnection> connections() {
        return open;
    }

    @Override
    public void close() {
        client.close();
        freshClient.close();
    }
}
