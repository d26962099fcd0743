package dev.gaia.chat.provider;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Optional;

/**
 * A connection while one request uses it. As soon as the answer has come whole the connection serves other requests, also
 * when the reader of this one is behind.
 *
 * @param guard empty when the connection was closed already
 * @param answersBefore answers that had come on the connection before this one
 */
record UsedConnection(ConnectionBase connection, Optional<UpstreamGuard> guard, int answersBefore) {

    static UsedConnection of(HttpConnection connection) {
        var guard = UpstreamGuard.of(connection);
        int answers = guard.map(UpstreamGuard::answers).orElse(0);
        return new UsedConnection((ConnectionBase) connection, guard, answers);
    }

    /** True when a byte of the answer has come. */
    boolean begun() {
        return guard.filter(UpstreamGuard::begun).isPresent();
    }

    private boolean whole() {
        return guard.filter(seen -> seen.answers() != answersBefore).isPresent();
    }

    /** Reads nothing more of the answer; Vert.x would read on for itself, as much again as a channel may have to write. */
    void holdBack() {
        if (!whole()) {
            connection.doPause();
            if (whole()) {
                // The end came meanwhile, and whoever is next on the connection would wait for ever.
                connection.doResume();
            }
        }
    }

    /** Reads on. */
    void readOn() {
        if (!whole()) {
            connection.doResume();
        }
    }
}
