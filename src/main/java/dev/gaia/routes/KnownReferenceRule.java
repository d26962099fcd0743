package dev.gaia.routes;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Error configurations and templates are named as they are declared; Camel passes over the first in silence. */
final class KnownReferenceRule implements RouteRule {

    @Override
    public void check(RouteFiles files, List<Fault> faults) {
        var configurations = files.ids("routeConfiguration");
        var templates = files.ids("routeTemplate");
        files.files()
                .forEach(file -> file.walk((pointer, node) -> {
                    if (pointer.endsWith("/routeConfigurationId")) {
                        require(file, pointer, "error configuration", node.asText(), configurations, faults);
                    } else if (pointer.endsWith("/routeTemplateRef")) {
                        require(file, pointer, "route template", node.asText(), templates, faults);
                    }
                }));
    }

    private static void require(
            RouteFile file, String pointer, String kind, String name, Set<String> known, List<Fault> faults) {
        if (!known.contains(name)) {
            faults.add(file.fault(
                    pointer,
                    "there is no %s `%s`".formatted(kind, name),
                    "write one of " + String.join(", ", new TreeSet<>(known))));
        }
    }
}
