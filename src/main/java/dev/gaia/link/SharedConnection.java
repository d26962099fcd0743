package dev.gaia.link;

import io.nats.client.Connection;
import io.nats.client.Message;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection, in the form plain NATS endpoints of Camel want it: there from the start, although the broker may
 * come later.
 *
 * <p>Consumers subscribe on a thread of their own, so their calls wait for the first connection. Publishing never
 * waits: messages pass through a bounded queue, and without a connection, or with a full queue, publishing fails at
 * once. Such messages are events, which are dropped rather than have a request wait for a slow broker.
 */
final class SharedConnection implements InvocationHandler {

    private static final Logger LOG = LoggerFactory.getLogger(SharedConnection.class);
    private static final int QUEUE_MESSAGES = 4096;
    /** An event waits this long for others, so that one write and one wake-up of the broker carry them all. */
    private static final Duration LINGER = Duration.ofMillis(5);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final Broker broker;
    private final ArrayBlockingQueue<Message> outgoing = new ArrayBlockingQueue<>(QUEUE_MESSAGES);

    private SharedConnection(Broker broker) {
        this.broker = broker;
    }

    static Connection of(Broker broker) {
        var handler = new SharedConnection(broker);
        broker.onFirstConnection(connection -> {
            var sender = Thread.ofPlatform().daemon().name("gaia-nats-events").start(() -> handler.send(connection));
            broker.beforeClose(() -> end(sender));
        });
        return (Connection)
                Proxy.newProxyInstance(Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, handler);
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "the shared NATS connection";
            case "getStatus" -> broker.connection().map(Connection::getStatus).orElse(Connection.Status.DISCONNECTED);
            case "publish" -> publish(method, arguments);
            case "request" -> {
                requireConnected();
                yield pass(method, arguments);
            }
            case "flush" -> broker.connected() ? pass(method, arguments) : null;
            case "close", "drain" -> throw new UnsupportedOperationException("The connection is shared");
            default -> pass(method, arguments);
        };
    }

    private Object publish(Method method, Object[] arguments) throws Throwable {
        requireConnected();
        if (arguments.length != 1) {
            return pass(method, arguments);
        }
        if (!outgoing.offer((Message) arguments[0])) {
            throw new IllegalStateException(
                    "%d messages already wait for the message broker".formatted(QUEUE_MESSAGES));
        }
        return null;
    }

    private void requireConnected() {
        if (!broker.connected()) {
            throw new IllegalStateException("There is no connection to the message broker");
        }
    }

    private Object pass(Method method, Object[] arguments) throws Throwable {
        var connection = broker.await(FOREVER).orElseThrow(() -> new IllegalStateException("The process is stopping"));
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Lets it send what is queued, such as the news that the process stops. */
    private static void end(Thread sender) {
        sender.interrupt();
        try {
            sender.join(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Connection connection) {
        var batch = new ArrayList<Message>();
        boolean closing = false;
        while (!closing && connection.getStatus() != Connection.Status.CLOSED) {
            try {
                batch.add(outgoing.take());
                Thread.sleep(LINGER);
            } catch (InterruptedException e) {
                closing = true;
            }
            outgoing.drainTo(batch);
            batch.forEach(message -> send(connection, message));
            batch.clear();
        }
    }

    private static void send(Connection connection, Message message) {
        try {
            connection.publish(message);
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.debug("An event was lost with the connection: {}", e.getMessage());
        }
    }
}
