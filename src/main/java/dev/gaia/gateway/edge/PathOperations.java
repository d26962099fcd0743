package dev.gaia.gateway.edge;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one path, or one shape of paths, serves: an operation for each method.
 *
 * @param path as the first of its routes spells it, for messages
 * @param byMethod upper-case method to operation; {@code *} serves every method not named
 */
record PathOperations(String path, Map<String, Operation> byMethod) {

    static final String ANY = "*";

    PathOperations {
        byMethod = Map.copyOf(byMethod);
    }

    Optional<Operation> operation(String method) {
        Operation exact = byMethod.get(method);
        return Optional.ofNullable(exact != null ? exact : byMethod.get(ANY));
    }

    /** Value of the {@code Allow} header: the methods in alphabetical order. */
    String allow() {
        return String.join(", ", new TreeSet<>(byMethod.keySet()));
    }

    /** What answers the failures of this path, whatever the method: as one of its operations says it. */
    Optional<FailureRoute> failureRoute() {
        return operation(byMethod.keySet().iterator().next())
                .flatMap(any -> any.consumer().failureRoute());
    }

    /** This path with one more operation; two routes must not serve the same. */
    PathOperations with(Operation operation) {
        Map<String, Operation> all = new TreeMap<>(byMethod);
        for (String method : operation.methods()) {
            Operation other = all.put(method, operation);
            if (other != null) {
                throw new IllegalStateException(method + " " + path + " is served by route " + other.routeId()
                        + " already; route " + operation.routeId() + " must take another path or method.");
            }
        }
        return new PathOperations(path, all);
    }

    static PathOperations of(Operation operation) {
        return new PathOperations(operation.path(), Map.of()).with(operation);
    }

    /** An operation that was found, with the values its path template took. */
    record Match(PathOperations operations, List<String> values) {}
}
