package dev.gaia.routes;

import java.util.List;
import java.util.Set;

/** Every endpoint has a component, and every {@code direct:} target a route that answers it. */
final class KnownEndpointRule implements RouteRule {

    private final Surroundings surroundings;

    KnownEndpointRule(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void check(RouteFiles files, List<Fault> faults) {
        var names = files.directNames(surroundings::resolve);
        for (var file : files.files()) {
            for (var endpoint : file.endpoints()) {
                check(file, endpoint.pointer(), surroundings.resolve(endpoint.uri()), names, faults);
            }
        }
        files.entries("templatedRoute")
                .forEach(instance -> files.template(instance.entry()).ifPresent(template -> {
                    var parameters = TemplateParameters.of(instance.entry());
                    for (var endpoint : template.file().endpoints()) {
                        String uri = surroundings.resolve(parameters.apply(endpoint.uri()));
                        check(instance.file(), instance.entry().pointer(), uri, names, faults);
                    }
                }));
    }

    private void check(RouteFile file, String pointer, String uri, Set<String> names, List<Fault> faults) {
        if (uri.contains("{{") || uri.contains("${")) {
            // A template's parameter, checked with each instance; a name that a variable holds.
            return;
        }
        String scheme = uri.contains(":") ? uri.substring(0, uri.indexOf(':')) : uri;
        if (!surroundings.hasComponent(scheme)) {
            faults.add(file.fault(
                    pointer,
                    "there is no component `%s`".formatted(scheme),
                    "write the scheme of a component on the class path, such as direct, nats or platform-http"));
        }
        RouteFiles.directName(uri)
                .filter(name -> !names.contains(name))
                .ifPresent(name -> faults.add(file.fault(
                        pointer,
                        "no route that this process loads starts from `direct:%s`".formatted(name),
                        "write the id of a route, or add its service to `gaia.services`")));
    }
}
