package dev.gaia.routes;

import dev.gaia.StartRefused;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The services one process runs, in the order of {@link #ALL}; never empty.
 *
 * @param names a part of {@link #ALL}
 */
public record Services(Set<String> names) {

    public static final List<String> ALL = List.of("gateway", "auth", "chat", "asset");

    public Services {
        var ordered = new LinkedHashSet<>(ALL);
        ordered.retainAll(names);
        names = java.util.Collections.unmodifiableSet(ordered);
    }

    /** Reads {@code gaia.services}: names with commas between them; blank means all of them. */
    public static Services parse(String list) {
        var names = Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        for (String name : names) {
            if (!ALL.contains(name)) {
                throw new StartRefused("`gaia.services` names %s, which is no service; it must be one or more of %s."
                        .formatted(name, String.join(", ", ALL)));
            }
        }
        return new Services(Set.copyOf(names.isEmpty() ? ALL : names));
    }

    public boolean has(String service) {
        return names.contains(service);
    }

    /** True when the process runs this service and no other. */
    public boolean areOnly(String service) {
        return has(service) && names.size() == 1;
    }

    /** True when clients reach this process. */
    public boolean hasGateway() {
        return has("gateway");
    }

    @Override
    public String toString() {
        return String.join(",", names);
    }
}
