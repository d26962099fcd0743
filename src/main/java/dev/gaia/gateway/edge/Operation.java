package dev.gaia.gateway.edge;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One thing clients can call: the methods and path of a route's {@code platform-http} endpoint.
 *
 * @param consumer starts the route
 * @param routeId id of that route
 * @param path normal form, with {@code {name}} segments
 * @param methods upper case, or {@code *} alone
 * @param prefix whether longer paths are served as well
 * @param names names of the template segments, in order
 */
record Operation(
        EdgeConsumer consumer, String routeId, String path, Set<String> methods, boolean prefix, List<String> names) {

    Operation {
        methods = Set.copyOf(methods);
        names = List.copyOf(names);
    }

    /** True when both would serve the same requests. */
    boolean overlaps(Operation other) {
        return prefix == other.prefix && path.equals(other.path) && !Collections.disjoint(methods, other.methods);
    }

    /** Pairs the values of a match with this operation's names. */
    Map<String, String> named(List<String> values) {
        if (values.isEmpty()) {
            return Map.of();
        }
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            named.put(names.get(i), values.get(i));
        }
        return named;
    }
}
