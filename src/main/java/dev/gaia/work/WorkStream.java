package dev.gaia.work;

import dev.gaia.link.Broker;
import dev.gaia.link.LinkFailure;
import io.nats.client.Connection;
import io.nats.client.ConsumerContext;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.JetStreamStatusCheckedException;
import io.nats.client.Message;
import io.nats.client.PublishOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The stream of one queue in JetStream, made when it is missing. Each id is a subject of its own which holds one message
 * at most, so that work that waits or is being done cannot be added again; the message's id covers a publisher that
 * repeats itself. Beside it lies the stream of dead letters.
 *
 * <p>One copy on one server is enough: whoever publishes keeps a row of its own and publishes again what was lost.
 */
final class WorkStream {

    private static final String WORKER = "worker";
    private static final String DEAD = "-dead";
    /** Short, since work that is over may be given away again, when its row says so. */
    private static final Duration REPEATED = Duration.ofSeconds(5);

    private static final Duration WORK_AGE_MAX = Duration.ofDays(1);
    private static final Duration DEAD_AGE_MAX = Duration.ofDays(30);
    private static final long WORK_MAX = 100_000;
    private static final long DEAD_MAX = 10_000;
    private static final int SUBJECT_TAKEN = 10_077;
    private static final int OTHER_CONFIGURATION = 10_058;
    /** A consumer that somebody removed is missed after this long. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private static final Duration MANAGEMENT_TIMEOUT = Duration.ofSeconds(2);

    private final Broker broker;
    private final String name;
    private final String subject;
    private final String deadSubject;
    private volatile boolean made;

    /** Used by the one thread that takes messages. */
    private Optional<ConsumerContext> consumer = Optional.empty();

    private long seenNanos = System.nanoTime();

    WorkStream(Broker broker, String queue) {
        this.broker = broker;
        this.name = "gaia-work-" + queue;
        this.subject = "gaia.work." + queue + ".";
        this.deadSubject = "gaia.dead." + queue;
    }

    boolean reachable() {
        return broker.connected();
    }

    /** False for good in a process that runs without a broker on purpose. */
    boolean configured() {
        return broker.configured();
    }

    /**
     * Stores an id; one that is stored already stays what it is.
     *
     * @throws LinkFailure when the broker is not there, or does not store it in time
     */
    void publish(String id, Duration limit) {
        Connection connection = connection();
        try {
            make(connection);
            var headers = new Headers();
            connection
                    .jetStream(JetStreamOptions.builder().requestTimeout(limit).build())
                    .publish(
                            subject + id,
                            headers,
                            id.getBytes(StandardCharsets.UTF_8),
                            PublishOptions.builder().messageId(id).build());
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != SUBJECT_TAKEN) {
                made = false;
                throw LinkFailure.notStarted(LinkFailure.Kind.OVERLOADED, "JetStream refused: " + e.getMessage());
            }
        } catch (IOException | IllegalStateException e) {
            made = false;
            throw LinkFailure.perhapsStarted(LinkFailure.Kind.TIMEOUT, "JetStream did not answer: " + e.getMessage());
        }
    }

    /** Waits for the next message; empty when none came. Fails when the broker is not there. */
    Optional<Message> next(WorkComponent.WorkOptions options, Duration limit) throws IOException, InterruptedException {
        Connection connection = connection();
        try {
            make(connection);
            if (System.nanoTime() - seenNanos > LOOK.toNanos()) {
                forget();
                make(connection);
            }
            if (consumer.isEmpty()) {
                consumer = Optional.of(connection.getStreamContext(name).createOrUpdateConsumer(consumer(options)));
                seenNanos = System.nanoTime();
            }
            return Optional.ofNullable(consumer.get().next(limit));
        } catch (JetStreamApiException | JetStreamStatusCheckedException | IllegalStateException e) {
            forget();
            throw new IOException(e.getMessage(), e);
        } catch (IOException e) {
            forget();
            throw e;
        }
    }

    /** A broker may come back without what it had; then everything is made again. */
    private void forget() {
        made = false;
        consumer = Optional.empty();
    }

    /** Keeps a message that nobody could work on, with the reason, for people to look at. */
    void bury(String id, String reason, long deliveries) throws IOException {
        try {
            var headers = new Headers();
            headers.put("reason", reason.replaceAll("[^\\x20-\\x7e]", "?"));
            headers.put("deliveries", Long.toString(deliveries));
            connection().jetStream().publish(deadSubject, headers, id.getBytes(StandardCharsets.UTF_8));
        } catch (JetStreamApiException | LinkFailure e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** How many messages were given up by all processes and are still kept. */
    long dead() throws IOException {
        try {
            Connection connection = connection();
            make(connection);
            return management(connection)
                    .getStreamInfo(name + DEAD)
                    .getStreamState()
                    .getMsgCount();
        } catch (JetStreamApiException | LinkFailure | IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static JetStreamManagement management(Connection connection) throws IOException {
        return connection.jetStreamManagement(
                JetStreamOptions.builder().requestTimeout(MANAGEMENT_TIMEOUT).build());
    }

    private Connection connection() {
        if (!broker.connected()) {
            throw LinkFailure.notStarted(LinkFailure.Kind.DISCONNECTED, "There is no connection to the message broker");
        }
        return broker.connection().orElseThrow();
    }

    private void make(Connection connection) throws IOException, JetStreamApiException {
        if (made) {
            return;
        }
        JetStreamManagement management = management(connection);
        make(
                management,
                StreamConfiguration.builder()
                        .name(name)
                        .subjects(subject + "*")
                        .retentionPolicy(RetentionPolicy.WorkQueue)
                        .storageType(StorageType.File)
                        .discardPolicy(DiscardPolicy.New)
                        .discardNewPerSubject(true)
                        .maxMessagesPerSubject(1)
                        .maxMessages(WORK_MAX)
                        .maxAge(WORK_AGE_MAX)
                        .duplicateWindow(REPEATED)
                        .build());
        make(
                management,
                StreamConfiguration.builder()
                        .name(name + DEAD)
                        .subjects(deadSubject)
                        .storageType(StorageType.File)
                        .maxMessages(DEAD_MAX)
                        .maxAge(DEAD_AGE_MAX)
                        .build());
        made = true;
    }

    private static void make(JetStreamManagement management, StreamConfiguration stream)
            throws IOException, JetStreamApiException {
        try {
            management.addStream(stream);
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != OTHER_CONFIGURATION) {
                throw e;
            }
            management.updateStream(stream);
        }
    }

    /** The broker hands a message to somebody else when it hears nothing for a lease and a third. */
    private static ConsumerConfiguration consumer(WorkComponent.WorkOptions options) {
        return ConsumerConfiguration.builder()
                .durable(WORKER)
                .ackPolicy(AckPolicy.Explicit)
                .ackWait(options.lease().multipliedBy(4).dividedBy(3))
                .maxDeliver(-1)
                .maxAckPending(WORK_MAX)
                .build();
    }
}
