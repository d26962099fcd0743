package dev.gaia.link;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of this process to NATS. It is made in the background and for ever, so that a broker that is
 * absent, late, restarted or slow never fails a start or a request: whoever needs the broker asks {@link #connected()}
 * or gets an exception at once.
 *
 * <p>The first connection runs every hook given to {@link #onFirstConnection}; later ones need none, since the client
 * renews its subscriptions itself.
 */
public final class Broker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    private static final Duration REFUSED_WAIT = Duration.ofSeconds(3);

    private final NatsSettings settings;
    private final String name;
    private final LinkThreads threads = new LinkThreads();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<java.util.function.Consumer<Connection>> firstConnectionHooks = new ArrayList<>();
    private final List<Runnable> lossHooks = new CopyOnWriteArrayList<>();
    private final List<Runnable> subscribedHooks = new CopyOnWriteArrayList<>();
    private final List<Runnable> closeHooks = new CopyOnWriteArrayList<>();

    /** Set as soon as the client exists, connected or not; null before and without a broker. */
    private volatile Connection client;

    /** Set once the hooks of the first connection have run; null before. */
    private volatile Connection ready;

    private boolean closed;

    public Broker(NatsSettings settings, String name) {
        this.settings = settings;
        this.name = name;
        if (settings.configured()) {
            connectInBackground(name);
        }
    }

    /** False when this process runs without a broker on purpose. */
    public boolean configured() {
        return settings.configured();
    }

    /** True when a message published now would leave at once. */
    public boolean connected() {
        var connection = ready;
        return connection != null && connection.getStatus() == Connection.Status.CONNECTED;
    }

    /** The client, once it was connected for the first time. */
    public Optional<Connection> connection() {
        return Optional.ofNullable(ready);
    }

    /**
     * Publishes, or fails at once.
     *
     * @param replyTo subject for answers; empty for none
     * @throws LinkFailure of kind {@code DISCONNECTED}, not started, when the message did not leave
     */
    void publish(String subject, Optional<String> replyTo, Headers headers, byte[] body) {
        var connection = ready;
        if (connection == null || connection.getStatus() != Connection.Status.CONNECTED) {
            throw LinkFailure.notStarted(LinkFailure.Kind.DISCONNECTED, "There is no connection to the message broker");
        }
        send(connection, subject, replyTo, headers, body);
    }

    /** Publishes also while the connection is being renewed; what cannot be kept until then is dropped. */
    void publishLate(String subject, Headers headers, byte[] body) {
        var connection = ready;
        if (connection != null) {
            try {
                send(connection, subject, Optional.empty(), headers, body);
            } catch (LinkFailure e) {
                LOG.debug("Dropped a message to {}: {}", subject, e.getMessage());
            }
        }
    }

    private static void send(
            Connection connection, String subject, Optional<String> replyTo, Headers headers, byte[] body) {
        try {
            connection.publish(subject, replyTo.orElse(null), headers, body);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw LinkFailure.notStarted(
                    LinkFailure.Kind.DISCONNECTED, "The message broker took no message: " + e.getMessage());
        }
    }

    /** Largest message the broker takes, in bytes of headers and body together; 1 MiB while it is unknown. */
    long maxPayloadBytes() {
        var connection = ready;
        long bytes = connection == null ? 0 : connection.getMaxPayload();
        return bytes > 0 ? bytes : 1 << 20;
    }

    /** Runs once, when the connection is there for the first time; at once when it already is. */
    void onFirstConnection(java.util.function.Consumer<Connection> hook) {
        lock.lock();
        try {
            if (ready == null) {
                firstConnectionHooks.add(hook);
                return;
            }
        } finally {
            lock.unlock();
        }
        hook.accept(ready);
    }

    /** Runs before the connection is closed on purpose. */
    void beforeClose(Runnable hook) {
        closeHooks.add(hook);
    }

    /** Runs each time the connection is lost. */
    void onLoss(Runnable hook) {
        lossHooks.add(hook);
    }

    /** Runs each time messages begin to arrive: with the first connection, and when it is back after a loss. */
    public void onSubscribed(Runnable hook) {
        subscribedHooks.add(hook);
    }

    /**
     * Waits for the first connection.
     *
     * @return empty when the time is over or the broker was closed
     */
    public Optional<Connection> await(Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (ready == null && !closed && nanos > 0) {
                nanos = arrived.awaitNanos(nanos);
            }
            return Optional.ofNullable(ready);
        } finally {
            lock.unlock();
        }
    }

    LinkThreads threads() {
        return threads;
    }

    private void connectInBackground(String name) {
        var builder = new Options.Builder()
                .servers(settings.servers().toArray(String[]::new))
                .connectionName("%s-%d"
                        .formatted(name, ManagementFactory.getRuntimeMXBean().getPid()))
                .maxReconnects(settings.maxReconnects())
                .reconnectWait(settings.reconnectWait())
                .reconnectJitter(settings.reconnectWait().dividedBy(2))
                .reconnectJitterTls(settings.reconnectWait().dividedBy(2))
                .connectionTimeout(settings.connectTimeout())
                .pingInterval(settings.pingInterval())
                .maxPingsOut(2)
                .executor(threads)
                .useDispatcherWithExecutor()
                .connectionListener(this::changed)
                .errorListener(new Errors());
        if (!settings.credentialsFile().isBlank()) {
            builder.authHandler(Nats.credentials(settings.credentialsFile()));
        }
        NatsTls.context(settings).ifPresent(builder::sslContext);
        try {
            Nats.connectAsynchronously(builder.build(), true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void changed(Connection connection, ConnectionListener.Events event) {
        client = connection;
        switch (event) {
            case CONNECTED, RECONNECTED -> {
                // A first connection that needed a second attempt counts as renewed.
                if (ready == null) {
                    first(connection);
                } else {
                    LOG.info("Connected to NATS again");
                }
            }
            case DISCONNECTED, CLOSED -> lost(event);
            case RESUBSCRIBED -> subscribedHooks.forEach(Runnable::run);
            case DISCOVERED_SERVERS, LAME_DUCK -> LOG.debug("NATS: {}", event.getEvent());
        }
    }

    private void first(Connection connection) {
        List<java.util.function.Consumer<Connection>> hooks;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            hooks = List.copyOf(firstConnectionHooks);
        } finally {
            lock.unlock();
        }
        hooks.forEach(hook -> hook.accept(connection));
        subscribedHooks.forEach(Runnable::run);
        lock.lock();
        try {
            // Hooks that came while the others ran.
            firstConnectionHooks.stream().skip(hooks.size()).forEach(hook -> hook.accept(connection));
            ready = connection;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        LOG.info("Connected to NATS at {}", settings.shownUrl());
    }

    private void lost(ConnectionListener.Events event) {
        boolean onPurpose;
        lock.lock();
        try {
            onPurpose = closed;
        } finally {
            lock.unlock();
        }
        if (!onPurpose) {
            if (event == ConnectionListener.Events.CLOSED) {
                gaveUp();
            } else if (ready != null) {
                LOG.warn("Lost the connection to NATS at {}; trying again", settings.shownUrl());
            } else {
                LOG.warn("NATS at {} does not answer; trying again in the background", settings.shownUrl());
            }
        }
        lossHooks.forEach(Runnable::run);
    }

    /**
     * The client closes itself for good after a second refusal of the same credentials. A broker whose accounts come a
     * little later than this process is asked again; after a working connection, its subscriptions are gone with it.
     */
    private void gaveUp() {
        if (ready != null) {
            LOG.error(
                    "NATS at {} refuses this process now, or stayed away too long; restart it when that is mended",
                    settings.shownUrl());
            return;
        }
        LOG.error(
                "NATS at {} refuses this process; see NATS_URL and NATS_CREDENTIALS_FILE. Trying again every {} s",
                settings.shownUrl(),
                REFUSED_WAIT.toSeconds());
        Thread.ofVirtual().name("gaia-nats-retry").start(() -> {
            try {
                Thread.sleep(REFUSED_WAIT);
            } catch (InterruptedException e) {
                return;
            }
            connectUnlessClosed();
        });
    }

    private void connectUnlessClosed() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
        } finally {
            lock.unlock();
        }
        connectInBackground(name);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        closeHooks.forEach(Runnable::run);
        var connection = client;
        if (connection != null) {
            try {
                if (connection.getStatus() == Connection.Status.CONNECTED) {
                    connection.flush(Duration.ofSeconds(1));
                }
                connection.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (java.util.concurrent.TimeoutException e) {
                LOG.debug("NATS took too long to take the last messages");
            }
        }
        threads.close();
    }

    /** The client's own listener logs to java.util.logging, and at levels that hide what operators need. */
    private static final class Errors implements ErrorListener {

        private long lastSlowNanos = System.nanoTime() - TimeUnit.MINUTES.toNanos(1);

        @Override
        public void errorOccurred(Connection connection, String error) {
            LOG.warn("NATS says: {}", error);
        }

        @Override
        public void exceptionOccurred(Connection connection, Exception exception) {
            LOG.debug("NATS client: {}", exception.toString());
        }

        @Override
        public void slowConsumerDetected(Connection connection, Consumer consumer) {
            if (System.nanoTime() - lastSlowNanos > TimeUnit.SECONDS.toNanos(10)) {
                lastSlowNanos = System.nanoTime();
                LOG.warn(
                        "This process reads too slowly; NATS messages were dropped ({} so far)",
                        consumer.getDroppedCount());
            }
        }
    }
}
