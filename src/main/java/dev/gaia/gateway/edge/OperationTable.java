package dev.gaia.gateway.edge;

import dev.gaia.gateway.edge.PathOperations.Match;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An immutable table of operations. The first path that fits decides, in this order: the same text, then a template
 * (a literal segment before a variable one), then the longest prefix. It never tries a second path for another method.
 */
final class OperationTable {

    private static final String VARIABLE = "{}";

    private final Map<String, Match> exact = new HashMap<>();
    private final Segment templates = new Segment();
    private final List<PathOperations> prefixes = new ArrayList<>();

    OperationTable(Collection<Operation> operations) {
        Map<String, PathOperations> paths = new HashMap<>();
        Map<String, PathOperations> prefixPaths = new HashMap<>();
        for (Operation operation : operations) {
            (operation.prefix() ? prefixPaths : paths)
                    .merge(
                            shape(operation.path()),
                            PathOperations.of(operation),
                            (known, ignored) -> known.with(operation));
        }
        paths.forEach(this::add);
        prefixes.addAll(prefixPaths.values());
        prefixes.sort(
                Comparator.comparingInt((PathOperations path) -> path.path().length())
                        .reversed());
    }

    private void add(String shape, PathOperations operations) {
        if (shape.contains(VARIABLE)) {
            templates.add(segments(shape), 0, operations);
            return;
        }
        var match = new Match(operations, List.of());
        exact.put(shape, match);
        exact.put(shape + "/", match);
    }

    /** Finds a path as a client spelled it. Needs no normal form, because only registered spellings are in here. */
    Optional<Match> findSpelled(String raw) {
        return Optional.ofNullable(exact.get(raw));
    }

    /** Finds a path in its normal form. */
    Optional<Match> find(String normal) {
        Match match = exact.get(normal);
        if (match != null) {
            return Optional.of(match);
        }
        List<String> values = new ArrayList<>();
        PathOperations template = templates.find(segments(normal), 0, values);
        if (template != null) {
            return Optional.of(new Match(template, List.copyOf(values)));
        }
        return prefixes.stream()
                .filter(path -> under(normal, path.path()))
                .findFirst()
                .map(path -> new Match(path, List.of()));
    }

    private static boolean under(String normal, String prefix) {
        return normal.equals(prefix) || normal.startsWith("/".equals(prefix) ? prefix : prefix + "/");
    }

    private static String shape(String path) {
        return path.replaceAll("\\{[^/}]*}", VARIABLE);
    }

    private static String[] segments(String path) {
        return path.substring(1).split("/", -1);
    }

    /** A node of the tree of templates. */
    private static final class Segment {
        private final Map<String, Segment> next = new HashMap<>();
        private PathOperations operations;

        void add(String[] segments, int depth, PathOperations added) {
            if (depth == segments.length) {
                operations = added;
            } else {
                next.computeIfAbsent(segments[depth], text -> new Segment()).add(segments, depth + 1, added);
            }
        }

        PathOperations find(String[] segments, int depth, List<String> values) {
            if (depth == segments.length) {
                return operations;
            }
            Segment literal = next.get(segments[depth]);
            if (literal != null) {
                PathOperations found = literal.find(segments, depth + 1, values);
                if (found != null) {
                    return found;
                }
            }
            Segment variable = next.get(VARIABLE);
            if (variable == null || segments[depth].isEmpty()) {
                return null;
            }
            values.add(segments[depth]);
            PathOperations found = variable.find(segments, depth + 1, values);
            if (found == null) {
                values.remove(values.size() - 1);
            }
            return found;
        }
    }
}
