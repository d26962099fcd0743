package dev.gaia.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds every mistake in a set of route files that would stop Camel, or that Camel would pass over in silence. */
public final class RouteCheck {

    private final List<RouteRule> rules;

    public RouteCheck(Surroundings surroundings) {
        this.rules = List.of(
                new SchemaRule(),
                new UniqueIdRule(),
                new KnownKeyRule(surroundings),
                new KnownBeanRule(surroundings),
                new KnownEndpointRule(surroundings),
                new KnownReferenceRule());
    }

    /** The faults of the files, by path and line. */
    public List<Fault> faults(Collection<Path> paths) {
        var faults = new ArrayList<Fault>();
        var files = RouteFiles.read(paths, faults);
        if (faults.isEmpty()) {
            rules.forEach(rule -> rule.check(files, faults));
        } else {
            new SchemaRule().check(files, faults);
        }
        return faults.stream()
                .distinct()
                .sorted(Comparator.comparing(Fault::path).thenComparingInt(Fault::line))
                .toList();
    }
}
