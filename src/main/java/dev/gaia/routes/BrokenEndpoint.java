package dev.gaia.routes;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An endpoint that Camel could not make, as it names it: {@code direct://asset-test?oops=1}.
 *
 * @param name scheme and what follows it, without slashes
 * @param options names of its options
 */
record BrokenEndpoint(String name, List<String> options) {

    /** Where an endpoint is written. */
    record Place(RouteFile file, String pointer) {}

    static BrokenEndpoint of(String uri) {
        int query = uri.indexOf('?');
        var options = query < 0
                ? List.<String>of()
                : Arrays.stream(uri.substring(query + 1).split("&", -1))
                        .map(option -> option.split("=", 2)[0])
                        .toList();
        return new BrokenEndpoint(withoutSlashes(query < 0 ? uri : uri.substring(0, query)), options);
    }

    /** The place whose name and options are these. */
    Optional<Place> find(RouteFiles files) {
        for (var file : files.files()) {
            for (var endpoint : file.endpoints()) {
                if (withoutSlashes(endpoint.uri()).equals(name) && hasOptions(file, endpoint)) {
                    return Optional.of(new Place(file, endpoint.pointer()));
                }
            }
        }
        return Optional.empty();
    }

    private boolean hasOptions(RouteFile file, RouteFile.Endpoint endpoint) {
        var parameters = file.document().at(endpoint.pointer().replaceFirst("/uri$", "/parameters"));
        return options.stream().allMatch(parameters::has);
    }

    private static String withoutSlashes(String uri) {
        return uri.replaceFirst(":/+", ":");
    }
}
