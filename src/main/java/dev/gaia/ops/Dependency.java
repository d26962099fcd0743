package dev.gaia.ops;

/** Something outside this process that it needs; each has an entry on the health page. */
public interface Dependency {

    /** One lower-case word: {@code database}. */
    String name();

    /** What was last seen of it; answers at once, since probes ask often. */
    DependencyState state();
}
