package dev.gaia.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Route files that belong together, as text.
 *
 * @param files those that could be read
 */
public record RouteFiles(List<RouteFile> files) {

    /** An entry and the file it is in. */
    public record Located(RouteFile file, RouteFile.Entry entry) {}

    public RouteFiles {
        files = List.copyOf(files);
    }

    /** Reads files; those that cannot be read are faults and left out. */
    public static RouteFiles read(Collection<Path> paths, List<Fault> faults) {
        var files = new ArrayList<RouteFile>();
        paths.forEach(path -> RouteFileReader.read(path, faults).ifPresent(files::add));
        return new RouteFiles(files);
    }

    public Stream<Located> entries(String kind) {
        return files.stream()
                .flatMap(file -> file.entries().stream()
                        .filter(entry -> entry.kind().equals(kind))
                        .map(entry -> new Located(file, entry)));
    }

    /** The ids of all entries of a kind. */
    public Set<String> ids(String kind) {
        var ids = new HashSet<String>();
        entries(kind).forEach(located -> ids.add(located.entry().id()));
        ids.remove("");
        return ids;
    }

    /** The names of all {@code direct:} endpoints that a route answers. */
    public Set<String> directNames(Function<String, String> resolver) {
        var names = new HashSet<String>();
        entries("route")
                .forEach(located -> directName(resolver.apply(
                                located.entry().body().path("from").path("uri").asText("")))
                        .ifPresent(names::add));
        entries("templatedRoute")
                .forEach(located -> template(located.entry())
                        .map(template -> TemplateParameters.of(located.entry(), template.entry())
                                .apply(template.entry()
                                        .body()
                                        .at("/route/from/uri")
                                        .asText("")))
                        .flatMap(uri -> directName(resolver.apply(uri)))
                        .ifPresent(names::add));
        return names;
    }

    /** The template that an instance names. */
    public Optional<Located> template(RouteFile.Entry instance) {
        String wanted = instance.body().path("routeTemplateRef").asText("");
        return entries("routeTemplate")
                .filter(located -> located.entry().id().equals(wanted))
                .findFirst();
    }

    /** What follows {@code direct:}, without options. */
    public static Optional<String> directName(String uri) {
        if (!uri.startsWith("direct:")) {
            return Optional.empty();
        }
        String name = uri.substring("direct:".length()).replaceFirst("^//", "");
        return Optional.of(name.contains("?") ? name.substring(0, name.indexOf('?')) : name);
    }
}
