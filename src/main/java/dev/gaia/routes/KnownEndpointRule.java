package dev.gaia.routes;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Every endpoint has a component, and every {@code direct:} target a route that answers it. */
final class KnownEndpointRule implements RouteRule {

    private static final Pattern LINK = Pattern.compile("\\{\\{(gaia\\.link\\.([a-z]+))}}:");

    private final Surroundings surroundings;

    KnownEndpointRule(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void check(RouteFiles files, List<Fault> faults) {
        var names = files.directNames(surroundings::resolve);
        for (var file : files.files()) {
            for (var endpoint : file.endpoints()) {
                check(file, endpoint.pointer(), endpoint.uri(), names, faults);
            }
        }
        files.entries("templatedRoute")
                .forEach(instance -> files.template(instance.entry()).ifPresent(template -> {
                    var parameters = TemplateParameters.of(instance.entry(), template.entry());
                    for (var endpoint : template.file().endpoints()) {
                        String uri = parameters.apply(endpoint.uri());
                        check(instance.file(), instance.entry().pointer(), uri, names, faults);
                    }
                }));
    }

    private void check(RouteFile file, String pointer, String text, Set<String> names, List<Fault> faults) {
        String uri = surroundings.resolve(text);
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
                .ifPresent(name -> faults.add(lost(file, pointer, text, name)));
    }

    private static Fault lost(RouteFile file, String pointer, String text, String name) {
        var link = LINK.matcher(text);
        if (link.lookingAt()) {
            return file.fault(
                    pointer,
                    "`%s` is direct, but this process has no route `%s`".formatted(link.group(1), name),
                    "set it to nats, or add %s to `gaia.services`".formatted(link.group(2)));
        }
        return file.fault(
                pointer,
                "no route that this process loads starts from `direct:%s`".formatted(name),
                "write the id of a route, or add its service to `gaia.services`");
    }
}
