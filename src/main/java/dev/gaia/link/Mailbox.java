package dev.gaia.link;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything this process is told under its own name: answers, pieces, acknowledgements, cancellations. One wildcard
 * subscription and one thread that hands each message, in the order of arrival, to whoever opened the address; and one
 * clock that asks all of them now and then whether they have waited too long.
 */
final class Mailbox implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    /** Fine enough for limits that are given in seconds, and cheap with thousands of receivers. */
    static final Duration TICK = Duration.ofMillis(100);

    /** One open address. Called by one thread for messages and by another for ticks; must not block. */
    interface Receiver {
        void receive(Message message);

        /** The connection is gone; what was on its way may be lost. */
        void lost();

        void tick(long nowNanos);

        /** This process stops and has waited long enough: whoever waits for an answer is told so. */
        default void stop() {
            // Most are done before.
        }
    }

    private final Broker broker;
    private final ConcurrentHashMap<String, Receiver> receivers = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Receiver> watched = new CopyOnWriteArrayList<>();
    private final AtomicLong tokens = new AtomicLong();
    private volatile String inbox = "";
    private volatile boolean closed;

    Mailbox(Broker broker) {
        this.broker = broker;
        broker.onFirstConnection(this::subscribe);
        broker.onLoss(() -> receivers.values().forEach(Receiver::lost));
        if (broker.configured()) {
            Thread.ofPlatform().daemon().name("gaia-link-clock").start(this::tick);
        }
    }

    /**
     * Opens an address; the caller must {@link #close(String)} it.
     *
     * @return the subject others publish to
     * @throws LinkFailure when there was no connection yet, so that the process has no name
     */
    String open(Receiver receiver) {
        if (inbox.isEmpty()) {
            throw LinkFailure.notStarted(LinkFailure.Kind.DISCONNECTED, "There is no connection to the message broker");
        }
        var token = Long.toString(tokens.incrementAndGet(), Character.MAX_RADIX);
        receivers.put(token, receiver);
        return inbox + token;
    }

    /** Has a receiver without an address asked by the clock as well. */
    void watch(Receiver receiver) {
        watched.add(receiver);
    }

    void close(String subject) {
        receivers.remove(token(subject));
    }

    /** Open addresses; a figure for metrics and for tests that look for leaks. */
    int size() {
        return receivers.size();
    }

    private String token(String subject) {
        return subject.substring(inbox.length());
    }

    private void subscribe(Connection connection) {
        var prefix = connection.createInbox() + ".";
        var subscription = connection.subscribe(prefix + "*");
        // Windows bound what may wait here; the limit by count would drop pieces of healthy streams.
        subscription.setPendingLimits(-1, 256L << 20);
        inbox = prefix;
        Thread.ofPlatform().daemon().name("gaia-link-mailbox").start(() -> deliver(subscription));
    }

    private void deliver(Subscription subscription) {
        while (!closed) {
            try {
                var message = subscription.nextMessage(Duration.ZERO);
                if (message != null) {
                    deliver(message);
                }
            } catch (InterruptedException | IllegalStateException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("A message to this process could not be handled", e);
            }
        }
    }

    private void deliver(Message message) {
        var receiver = receivers.get(token(message.getSubject()));
        if (receiver != null) {
            receiver.receive(message);
        } else if (message.getReplyTo() != null) {
            // The head of a stream whose caller left in the meantime.
            broker.publishLate(message.getReplyTo(), Mark.of(Mark.Kind.CANCEL).headers(), new byte[0]);
        }
    }

    void stop() {
        receivers.values().forEach(Receiver::stop);
    }

    private void tick() {
        while (!closed) {
            try {
                Thread.sleep(TICK);
                long now = System.nanoTime();
                receivers.values().forEach(receiver -> receiver.tick(now));
                watched.forEach(receiver -> receiver.tick(now));
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("A limit of the link could not be checked", e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        receivers.values().forEach(Receiver::lost);
    }
}
