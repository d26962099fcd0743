package dev.gaia.ops;

import java.util.List;

/** What routes ask about the things outside this process; every answer is there at once. */
public final class Dependencies {

    private final List<Dependency> known;

    public Dependencies(List<Dependency> known) {
        this.known = List.copyOf(known);
    }

    public DependencyState database() {
        return state("database");
    }

    public DependencyState nats() {
        return state("nats");
    }

    public DependencyState supabase() {
        return state("supabase");
    }

    private DependencyState state(String name) {
        return known.stream()
                .filter(dependency -> dependency.name().equals(name))
                .findFirst()
                .map(Dependency::state)
                .orElseGet(DependencyState::notConfigured);
    }
}
