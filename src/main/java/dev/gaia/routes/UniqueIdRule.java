package dev.gaia.routes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Camel knows routes and steps by id, each of which must be there once. */
final class UniqueIdRule implements RouteRule {

    private record Place(RouteFile file, String pointer) {}

    @Override
    public void check(RouteFiles files, List<Fault> faults) {
        var routes = new HashMap<String, Place>();
        for (String kind : List.of("route", "templatedRoute")) {
            files.entries(kind).forEach(located -> note(routes, located.file(), located.entry(), faults));
        }
        var configurations = new HashMap<String, Place>();
        files.entries("routeConfiguration")
                .forEach(located -> note(configurations, located.file(), located.entry(), faults));
        files.files().forEach(file -> steps(file, faults));
    }

    private static void note(Map<String, Place> known, RouteFile file, RouteFile.Entry entry, List<Fault> faults) {
        if (!entry.id().isEmpty()) {
            String key = "templatedRoute".equals(entry.kind()) ? "/routeId" : "/id";
            note(known, entry.id(), new Place(file, entry.pointer() + key), faults);
        }
    }

    private static void note(Map<String, Place> known, String id, Place place, List<Fault> faults) {
        var first = known.putIfAbsent(id, place);
        if (first != null) {
            faults.add(place.file.fault(
                    place.pointer,
                    "the id `%s` is taken by %s:%d".formatted(id, first.file.path(), first.file.line(first.pointer)),
                    "write another id"));
        }
    }

    /** Steps are told apart across files by {@code nodePrefixId}; within a file their ids must differ. */
    private static void steps(RouteFile file, List<Fault> faults) {
        var known = new HashMap<String, Place>();
        file.walk((pointer, node) -> {
            if (pointer.contains("/steps/") && pointer.endsWith("/id") && node.isTextual()) {
                note(known, node.textValue(), new Place(file, pointer), faults);
            }
        });
    }
}
