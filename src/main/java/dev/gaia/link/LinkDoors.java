package dev.gaia.link;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The requests this process serves: which doors are open, and what is being worked on behind them. */
final class LinkDoors implements Mailbox.Receiver {

    /** An open door; closing it lets requests in work finish. */
    interface Door extends AutoCloseable {
        @Override
        void close();
    }

    private static final int LEFT_MAX = 1_024;

    private final ConcurrentHashMap<String, LinkWork> working = new ConcurrentHashMap<>();
    /** Answer addresses nobody listens at any more, of requests that this process may not have begun yet. */
    private final Set<String> left = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > LEFT_MAX;
        }
    }));

    private final Map<String, MessageHandler> doors = new HashMap<>();
    private final List<String> cancelSubjects = new ArrayList<>();

    /** Null until the first connection. */
    private Dispatcher dispatcher;

    LinkDoors(Broker broker) {
        broker.onFirstConnection(this::subscribe);
    }

    /** Opens a door now, or as soon as there is a connection. */
    synchronized Door open(String flow, MessageHandler handler) {
        doors.put(flow, handler);
        if (dispatcher != null) {
            subscribe(flow, handler);
        }
        return () -> close(flow);
    }

    private synchronized void close(String flow) {
        doors.remove(flow);
        if (dispatcher != null && dispatcher.isActive()) {
            dispatcher.unsubscribe(LinkSubjects.request(flow));
        }
    }

    private synchronized void subscribe(Connection connection) {
        dispatcher = connection.createDispatcher();
        doors.forEach(this::subscribe);
    }

    private void subscribe(String flow, MessageHandler handler) {
        dispatcher.subscribe(LinkSubjects.request(flow), LinkSubjects.queueGroup(flow), handler);
        var cancel = LinkSubjects.cancel(flow);
        if (!cancelSubjects.contains(cancel)) {
            cancelSubjects.add(cancel);
            // No queue group: only the process that works on the request knows it.
            dispatcher.subscribe(cancel, this::receive);
        }
    }

    /** Notes what is worked on; false when nobody waits for it any more, and it need not be begun. */
    boolean begin(LinkWork work) {
        working.put(work.caller(), work);
        return !left.remove(work.caller());
    }

    void finish(LinkWork work) {
        working.remove(work.caller(), work);
    }

    @Override
    public void receive(Message message) {
        var caller = LinkPost.text(message);
        // Every process of the segment hears this, most often about a request of another one. Messages are handled
        // side by side, so that the request itself may come after it.
        left.add(caller);
        var work = working.get(caller);
        if (work != null) {
            left.remove(caller);
            work.cancel(Mark.read(message)
                    .map(mark -> Departure.Reason.of(mark.argument()))
                    .orElse(Departure.Reason.CALLER));
        }
    }

    @Override
    public void lost() {
        // Answers in work are kept: the client sends them once it is connected again. Streams end by themselves.
    }

    @Override
    public void tick(long nowNanos) {
        working.values().forEach(work -> work.tick(nowNanos));
    }
}
