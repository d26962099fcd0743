package dev.gaia.gateway.edge;

import java.util.Optional;
import org.apache.camel.CamelContext;

/**
 * Whether the routes are up, so that a path nobody serves is really unknown. Once true it stays true: a reload does not
 * make the edge unready.
 */
final class Readiness {

    private volatile boolean ready;
    private volatile Optional<CamelContext> context = Optional.empty();

    void watch(CamelContext camelContext) {
        context = Optional.of(camelContext);
    }

    boolean ready() {
        if (!ready) {
            ready = context.filter(CamelContext::isStarted)
                    .filter(started -> !started.getRouteController().isStartingRoutes())
                    .isPresent();
        }
        return ready;
    }
}
