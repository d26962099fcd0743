package dev.gaia.routes;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Endpoint;

/** The doors of a process, one for each endpoint that a route answers. */
public final class RouteDoors {

    /** Replacing a route takes a moment, unless Camel waits for those within. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final boolean shuttable;
    private final Map<String, RouteDoor> doors = new ConcurrentHashMap<>();

    /** @param shuttable whether routes are replaced at all; else nobody ever waits */
    public RouteDoors(boolean shuttable) {
        this.shuttable = shuttable;
    }

    /** The door of an endpoint, whatever its options. */
    public RouteDoor of(Endpoint endpoint) {
        return shuttable
                ? doors.computeIfAbsent(endpoint.getEndpointBaseUri(), uri -> new RouteDoor(PATIENCE))
                : RouteDoor.ALWAYS_OPEN;
    }
}
