package dev.gaia.gateway.edge;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The connections of one event loop, looked through a few times a second instead of a timer for each. */
final class EventLoopConnections {

    static final long CHECK_MILLIS = 200;
    static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Set<Connection> connections = new HashSet<>();
    private final Admission admission;

    EventLoopConnections(Admission admission) {
        this.admission = admission;
    }

    boolean add(Connection connection) {
        return admission.connect() && connections.add(connection);
    }

    void remove(Connection connection) {
        if (connections.remove(connection)) {
            admission.disconnect();
        }
    }

    void check() {
        long now = System.nanoTime();
        all().forEach(connection -> connection.check(now));
    }

    /** A copy, since ending a connection removes it. */
    List<Connection> all() {
        return new ArrayList<>(connections);
    }
}
