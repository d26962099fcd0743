package dev.gaia.chat.attempt;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/**
 * What is known of models, by the keys of their routes. Names of models can come from clients where the catalogue has a
 * pattern, so that there is an end to it: beyond {@value #ROUTES_MAX} those are forgotten that nobody asked for longest,
 * unless they are away or left alone. While all of them are, new ones of a provider share what is known.
 */
final class RecentRoutes {

    private static final int ROUTES_MAX = 1_000;
    private static final int FORGOTTEN = 100;

    private final BiFunction<Candidate, String, Route> made;
    private final Map<String, Route> routes = new ConcurrentHashMap<>();

    /** @param usedAt when it was last looked at, in nanoseconds of a monotonic clock */
    record Route(Breaker breaker, Pause pause, AtomicLong usedAt) {

        Route(Breaker breaker, Pause pause) {
            this(breaker, pause, new AtomicLong());
        }

        /** True when nothing is lost by forgetting it. */
        private boolean quiet(long now) {
            return breaker.state() == Breaker.State.CLOSED && pause.left(now) == 0;
        }
    }

    /** @param made makes what is known of a model that is new, and of its name in the log */
    RecentRoutes(BiFunction<Candidate, String, Route> made) {
        this.made = made;
    }

    Route of(Candidate candidate, long now) {
        var known = routes.get(candidate.key());
        var route = known != null ? known : add(candidate, now);
        route.usedAt().setRelease(now);
        return route;
    }

    private Route add(Candidate candidate, long now) {
        if (routes.size() >= ROUTES_MAX) {
            forget(now);
        }
        var key = routes.size() < ROUTES_MAX ? candidate.key() : candidate.route() + "/*";
        return routes.computeIfAbsent(key, name -> made.apply(candidate, name));
    }

    private synchronized void forget(long now) {
        if (routes.size() < ROUTES_MAX) {
            return;
        }
        routes.entrySet().stream()
                .filter(entry -> entry.getValue().quiet(now))
                .sorted(Comparator.comparingLong(
                        entry -> entry.getValue().usedAt().get() - now))
                .limit(FORGOTTEN)
                .toList()
                .forEach(entry -> routes.remove(entry.getKey(), entry.getValue()));
    }
}
