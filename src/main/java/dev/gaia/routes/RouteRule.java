package dev.gaia.routes;

import java.util.List;

/** One thing that must hold for route files. */
public interface RouteRule {

    /** Adds what does not hold to the faults. */
    void check(RouteFiles files, List<Fault> faults);
}
