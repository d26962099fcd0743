package dev.gaia.routes;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Every {@code {{key}}} has a value, or a default of its own. */
final class KnownKeyRule implements RouteRule {

    private static final Pattern KEY = Pattern.compile("\\{\\{([^{}]+)}}");

    private final Surroundings surroundings;

    KnownKeyRule(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void check(RouteFiles files, List<Fault> faults) {
        files.files().forEach(file -> {
            var parameters = parameters(file);
            file.walk((pointer, node) -> {
                if (node.isTextual()) {
                    KEY.matcher(node.textValue()).results().forEach(found -> {
                        String key = found.group(1).strip();
                        if (!parameters.contains(key) && !isOptional(key) && !surroundings.hasKey(key)) {
                            faults.add(file.fault(
                                    pointer,
                                    "the setting `%s` is not known".formatted(key),
                                    "write a key of application.yaml, or declare this one there"));
                        }
                    });
                }
            });
        });
    }

    /** {@code {{?key}}}, {@code {{key:default}}} and {@code {{env:NAME}}} need no setting. */
    private static boolean isOptional(String key) {
        return key.startsWith("?") || key.contains(":");
    }

    /** The names that a template in the file declares. */
    private static Set<String> parameters(RouteFile file) {
        var names = new HashSet<String>();
        for (var entry : file.entries()) {
            if ("routeTemplate".equals(entry.kind())) {
                entry.body()
                        .path("parameters")
                        .forEach(parameter -> names.add(parameter.path("name").asText()));
            }
        }
        return names;
    }
}
