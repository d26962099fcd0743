package dev.gaia.chat.provider;

import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.impl.cpu.CpuCoreSensor;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends requests to model providers from virtual threads, over one connection pool per address.
 *
 * <p>A call costs two hand-overs: to an event loop that owns the connection, and back when the answer is whole or its
 * head is there. All limits are kept by one watch per event loop instead of a timer per call.
 */
public final class UpstreamClient implements AutoCloseable {

    private static final long WATCH_MILLIS = 20;

    /**
     * Shares of what may wait of a stream: one here, one in what was read with it, two in the link, up to three at the
     * edge, and for all of these the text again, which is remembered; the rest is what serves the request.
     */
    private static final int BUFFERS = 16;

    private final Vertx vertx;
    private final ProviderSettings settings;
    private final ConnectionSettings connection;
    private final long keepAliveNanos;
    private final HostAddresses addresses;
    private final Map<String, UpstreamPool> pools = new ConcurrentHashMap<>();
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final CountDownLatch stopping = new CountDownLatch(1);

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
    public UpstreamClient(Vertx vertx, ProviderSettings settings, ConnectionSettings connection, Duration keepAlive) {
        this.vertx = vertx;
        this.settings = settings;
        this.connection = connection;
        this.keepAliveNanos = keepAlive.toNanos();
        this.addresses = new HostAddresses(vertx, connection);
        settings.endpoints().keySet().forEach(this::pool);
        for (int i = 0; i < CpuCoreSensor.availableProcessors(); i++) {
            var lane = new Lane();
            vertx.deployVerticle(lane, new DeploymentOptions())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            lanes.add(lane);
        }
    }

    UpstreamPool pool(String provider) {
        return pools.computeIfAbsent(provider, ignored -> new UpstreamPool(vertx, settings, connection));
    }

    /** An attempt within the plain limits of the settings. */
    Attempt attempt() {
        return new Attempt(times(), false, 0, Map.of());
    }

    /** The limits of a call that starts now, as the settings have them. */
    public UpstreamTimes times() {
        return times(settings);
    }

    /** The same by the settings of one model. */
    public UpstreamTimes times(ProviderSettings own) {
        return UpstreamTimes.of(own, keepAliveNanos, System.nanoTime());
    }

    /** Names of the providers that can be asked. */
    public Set<String> providers() {
        return Set.copyOf(pools.keySet());
    }

    /** Requests under way at all providers. */
    public int underWay() {
        return pools.values().stream().mapToInt(pool -> pool.places().taken()).sum();
    }

    /** Requests under way at a provider. */
    public int underWay(String provider) {
        return pool(provider).places().taken();
    }

    /** Requests that wait for a connection to a provider. */
    public int waiting(String provider) {
        return pool(provider).places().waiting();
    }

    /** Open connections to a provider, used or kept. */
    public int connections(String provider) {
        return pool(provider).connections().size();
    }

    /** Exchanges that are watched for their limits. */
    int watched() {
        return lanes.stream().mapToInt(lane -> lane.exchanges.size()).sum();
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
        return new UpstreamTarget(options, new UpstreamTarget.Keys(keyHeader, keys), idempotencyHeader, pool(endpoint));
    }

    /**
     * Sends one request and waits for the whole answer, or for the head of an event stream, whichever comes.
     *
     * @throws ProviderFailure when there is no answer: not reached, too slow, too large or broken off
     */
    UpstreamAnswer send(UpstreamTarget target, byte[] body, boolean stream, Attempt attempt)
            throws ProviderFailure, InterruptedException {
        var times = attempt.times();
        target.pool().places().take(stream, Math.min(times.pool(), Math.max(0, times.answerBy() - System.nanoTime())));
        var lane = lanes.get((turn.getAndIncrement() & Integer.MAX_VALUE) % lanes.size());
        var requestId = attempt.headers().getOrDefault(Attempt.REQUEST_ID, "");
        var exchange = new UpstreamExchange(lane.loop(), target.pool(), times, limits(stream, times), requestId, body);
        lane.exchanges.add(exchange);
        boolean answered = false;
        boolean streamed = false;
        try {
            if (stopping.getCount() == 0) {
                throw stopping();
            }
            connect(exchange, target, target.optionsOf(attempt, stream), attempt.freshConnection());
            var result = exchange.inbox().take();
            answered = true;
            streamed = result instanceof UpstreamAnswer.Streamed;
            return switch (result) {
                case UpstreamAnswer answer -> {
                    attempt.reached();
                    yield answer;
                }
                case ProviderFailure failure -> throw failure;
                default -> throw new ProviderFailure(Kind.CONNECT, "closed before an answer");
            };
        } finally {
            if (!answered) {
                exchange.close();
            }
            if (!streamed) {
                lane.exchanges.remove(exchange);
            }
        }
    }

    /**
     * Waits before the next request of a call.
     *
     * @throws ProviderFailure when the process stops meanwhile
     */
    public void pause(long nanos) throws ProviderFailure, InterruptedException {
        if (stopping.await(nanos, TimeUnit.NANOSECONDS)) {
            throw stopping();
        }
    }

    /** The process stops: lets every provider go, and asks none any more. Whoever waits is told. */
    public void stop() {
        stopping.countDown();
        lanes.forEach(lane -> lane.exchanges.forEach(exchange -> exchange.stop(stopping())));
    }

    private static ProviderFailure stopping() {
        var details = Details.NONE.with(Sign.STOPPING).retryAfter(Duration.ofSeconds(1));
        return new ProviderFailure(Kind.LOCAL, "the process stops", details);
    }

    private UpstreamExchange.Limits limits(boolean stream, UpstreamTimes times) {
        return new UpstreamExchange.Limits(stream, times.sizes().body(), settings.streamBufferBytes() / BUFFERS);
    }

    private void connect(UpstreamExchange exchange, UpstreamTarget target, RequestOptions options, boolean fresh)
            throws ProviderFailure, InterruptedException {
        var client = target.pool().client(fresh);
        if (HostAddresses.literal(options.getHost())) {
            exchange.start(connected -> client.request(options).onComplete(connected));
            return;
        }
        var host = options.getHost();
        var found = addresses.of(host, exchange.answerBy());
        exchange.start(connected -> new ConnectUpstream(
                        exchange.context(),
                        client,
                        options,
                        found,
                        connection.nextAddressDelay().toMillis(),
                        address -> addresses.worked(host, address),
                        connected)
                .start());
    }

    @Override
    public void close() {
        pools.values().forEach(UpstreamPool::close);
        addresses.close();
    }
}
