package dev.gaia.chat.provider;

import dev.gaia.chat.provider.ProviderFailure.Kind;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.impl.cpu.CpuCoreSensor;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends requests to model providers from virtual threads, over one connection pool per address.
 *
 * <p>A call costs two hand-overs: to an event loop that owns the connection, and back when the answer is whole or its
 * head is there. All limits are kept by one watch per event loop instead of a timer per call.
 */
public final class UpstreamClient implements AutoCloseable {

    private static final long WATCH_MILLIS = 50;

    private final HttpClient client;
    private final HttpClient freshClient;
    private final ProviderSettings settings;
    private final long keepAliveNanos;
    private final Map<String, AtomicInteger> open = new ConcurrentHashMap<>();
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    /** Connections that carried a request before, which a provider may be closing while they are used again. */
    private final Set<HttpConnection> usedConnections = ConcurrentHashMap.newKeySet();

    /** An event loop and the exchanges it watches. */
    private static final class Lane extends AbstractVerticle {

        private final Set<UpstreamExchange> exchanges = ConcurrentHashMap.newKeySet();

        @Override
        public void start() {
            vertx.setPeriodic(WATCH_MILLIS, ignored -> {
                long now = System.nanoTime();
                exchanges.removeIf(exchange -> !exchange.check(now));
            });
        }

        Context loop() {
            return context;
        }
    }

    /** @param keepAlive after which silence of a stream its reader is told */
    public UpstreamClient(Vertx vertx, ProviderSettings settings, Duration keepAlive) {
        this.settings = settings;
        this.keepAliveNanos = keepAlive.toNanos();
        settings.endpoints().keySet().forEach(name -> open.put(name, new AtomicInteger()));
        this.client = httpClient(vertx, true);
        this.freshClient = httpClient(vertx, false);
        for (int i = 0; i < CpuCoreSensor.availableProcessors(); i++) {
            var lane = new Lane();
            vertx.deployVerticle(lane, new DeploymentOptions())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            lanes.add(lane);
        }
    }

    private HttpClient httpClient(Vertx vertx, boolean keepConnections) {
        return vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_1_1)
                        .setKeepAlive(keepConnections)
                        .setKeepAliveTimeout(
                                (int) settings.keepConnectionTimeout().toSeconds())
                        .setConnectTimeout((int) settings.connectTimeout().toMillis())
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setVerifyHost(true))
                .with(new PoolOptions()
                        .setHttp1MaxSize(settings.maxConnections())
                        .setMaxWaitQueueSize(settings.maxWaiting()))
                .withConnectHandler(
                        connection -> connection.closeHandler(ignored -> usedConnections.remove(connection)))
                .build();
    }

    /** An attempt within the plain limits of the settings. */
    Attempt attempt() {
        return new Attempt(times(), false, 0, Map.of());
    }

    /** The limits of a call that starts now, as the settings have them. */
    public UpstreamTimes times() {
        return UpstreamTimes.of(settings, keepAliveNanos, System.nanoTime());
    }

    /** Exchanges under way, by provider. */
    public Map<String, AtomicInteger> open() {
        return Collections.unmodifiableMap(open);
    }

    /**
     * Prepares requests to one operation of a provider.
     *
     * @param endpoint name in {@code gaia.provider.endpoints}
     * @param path added to the base URL
     * @param keyHeader name of the header that carries the key; {@code Authorization} carries it as a Bearer token
     * @param idempotencyHeader name of the header for the key of an attempt, empty for none
     */
    UpstreamTarget target(
            String endpoint, String path, String keyHeader, String idempotencyHeader, Map<String, String> headers) {
        var address = settings.endpoints().get(endpoint);
        if (address == null) {
            throw new IllegalArgumentException("there is no provider `gaia.provider.endpoints." + endpoint
                    + "`; add its base-url and key to application.yaml");
        }
        var base = address.baseUrl().toString();
        var uri = URI.create((base.endsWith("/") ? base : base + "/") + path);
        var all = MultiMap.caseInsensitiveMultiMap()
                .set("Content-Type", "application/json")
                .set("User-Agent", settings.userAgent());
        var prefix = "authorization".equalsIgnoreCase(keyHeader) ? "Bearer " : "";
        var keys = address.keys().stream().map(key -> prefix + key).toList();
        if (!keys.isEmpty()) {
            all.set(keyHeader, keys.getFirst());
        }
        headers.forEach(all::set);
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(uri.toString())
                .setHeaders(all);
        var inUse = open.computeIfAbsent(endpoint, ignored -> new AtomicInteger());
        return new UpstreamTarget(
                endpoint,
                options,
                new UpstreamTarget.Keys(keyHeader, keys),
                idempotencyHeader,
                inUse,
                settings.maxConnections());
    }

    /**
     * Sends one request and waits for the whole answer, or for the head of an event stream.
     *
     * @throws ProviderFailure when there is no answer: not reached, too slow, too large or broken off
     */
    UpstreamAnswer send(UpstreamTarget target, byte[] body, boolean stream, Attempt attempt)
            throws ProviderFailure, InterruptedException {
        var lane = lanes.get((turn.getAndIncrement() & Integer.MAX_VALUE) % lanes.size());
        var exchange = new UpstreamExchange(lane.loop(), target, attempt.times(), stream, body);
        lane.exchanges.add(exchange);
        boolean answered = false;
        try {
            exchange.start(
                    attempt.freshConnection() ? freshClient : client, target.optionsOf(attempt), usedConnections);
            var result = exchange.take();
            answered = true;
            return switch (result) {
                case UpstreamAnswer answer -> answer;
                case ProviderFailure failure -> throw failure;
                default -> throw new ProviderFailure(Kind.CONNECT, "closed before an answer");
            };
        } finally {
            if (!answered) {
                exchange.close();
            }
            if (!answered || !stream) {
                lane.exchanges.remove(exchange);
            }
        }
    }

    @Override
    public void close() {
        client.close();
        freshClient.close();
    }
}
