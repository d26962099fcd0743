package dev.gaia.work;

import io.nats.client.Message;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One queue as this process has it: what waits in its own memory, what it works on, and the stream all share. */
final class WorkQueue {

    private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);

    private final WorkStream stream;
    private final LinkedBlockingQueue<String> here = new LinkedBlockingQueue<>();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final Map<String, Optional<Message>> running = new ConcurrentHashMap<>();
    private final AtomicLong buried = new AtomicLong();
    private volatile long dead;

    WorkQueue(WorkStream stream) {
        this.stream = stream;
    }

    WorkStream stream() {
        return stream;
    }

    /** Harmless when it waits here or is in work here already. */
    void addHere(String id) {
        if (!running.containsKey(id) && waiting.add(id)) {
            here.add(id);
        }
    }

    /** What waits here longest; it counts as waiting until it is taken. */
    Optional<String> nextHere(long millis) throws InterruptedException {
        return Optional.ofNullable(here.poll(millis, TimeUnit.MILLISECONDS));
    }

    void takeHere(String id) {
        waiting.remove(id);
    }

    /** False when this process works on it already. */
    boolean begin(String id, Optional<Message> message) {
        return running.putIfAbsent(id, message) == null;
    }

    /** Tells the broker that what is in work still is. */
    void keep() {
        try {
            running.values().forEach(message -> message.ifPresent(Message::inProgress));
        } catch (IllegalStateException e) {
            LOG.debug("the broker is not told of what is in work: {}", e.getMessage());
        }
    }

    void end(String id) {
        running.remove(id);
    }

    /** Gives up what nobody could work on, and keeps it with the reason. */
    void bury(String id, String reason, long deliveries) throws IOException {
        stream.bury(id, reason, deliveries);
        buried.incrementAndGet();
    }

    /** Looks how many dead letters there are; what was seen last stays when the broker does not say. */
    void countDead() {
        try {
            dead = stream.dead();
        } catch (IOException e) {
            LOG.debug("the dead letters could not be counted: {}", e.getMessage());
        }
    }

    /** What this process gave up. */
    long buried() {
        return buried.get();
    }

    /** Dead letters of all processes, when they were last counted. */
    long dead() {
        return dead;
    }

    int waiting() {
        return waiting.size();
    }

    int running() {
        return running.size();
    }

    String runningIds() {
        return String.join(",", running.keySet());
    }
}
