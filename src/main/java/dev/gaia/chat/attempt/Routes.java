package dev.gaia.chat.attempt;

import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process knows of routes, hosts and keys: breakers, pauses and budgets.
 *
 * <p>Model names can come from clients where the catalogue has a pattern; beyond {@value #ROUTES_MAX} of them the rest
 * share one breaker per provider, so that no client can fill the memory.
 */
final class Routes implements Gate {

    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
    private static final int ROUTES_MAX = 1_000;
    /** Failures after which nobody knows whether the host is there. */
    private static final Set<Kind> UNSEEN = Set.of(Kind.CONNECT, Kind.SILENT, Kind.LOCAL);

    private final FailureTable table;
    private final AttemptSettings settings;
    private final RandomGenerator random;
    private final ToIntFunction<String> keys;
    private final BiConsumer<String, Breaker.State> changes;
    private final Map<String, Route> routes = new ConcurrentHashMap<>();
    private final Map<String, Host> hosts = new ConcurrentHashMap<>();
    private final AtomicLong failOpenAt = new AtomicLong(Long.MIN_VALUE);

    private record Route(Breaker breaker, Pause pause) {}

    /**
     * What all models of a provider share: its host, its keys and its budget.
     *
     * @param untrusted whether its certificate was refused since something went well
     */
    private record Host(Breaker breaker, List<Pause> keys, RetryBudget budget, AtomicBoolean untrusted) {

        /** The key that is left alone for the shortest time. */
        int bestKey(long now) {
            int best = 0;
            for (int i = 1; i < keys.size(); i++) {
                best = keys.get(i).left(now) < keys.get(best).left(now) ? i : best;
            }
            return best;
        }

        long keyLeft(long now) {
            return keys.get(bestKey(now)).left(now);
        }
    }

    /**
     * @param keys how many keys a provider has, by its route
     * @param changes told of every change of a breaker: key of the route or name of the provider, new state
     */
    Routes(
            FailureTable table,
            AttemptSettings settings,
            RandomGenerator random,
            ToIntFunction<String> keys,
            BiConsumer<String, Breaker.State> changes) {
        this.table = table;
        this.settings = settings;
        this.random = random;
        this.keys = keys;
        this.changes = changes;
    }

    private Route route(Candidate candidate) {
        var known = routes.get(candidate.key());
        if (known != null) {
            return known;
        }
        var key = routes.size() < ROUTES_MAX ? candidate.key() : candidate.route() + "/*";
        return routes.computeIfAbsent(key, name -> {
            var own = candidate.settings(settings);
            return new Route(
                    breaker(name, own),
                    new Pause(own.pause().toNanos(), own.pauseMax().toNanos()));
        });
    }

    private Host host(Candidate candidate) {
        var known = hosts.get(candidate.route());
        return known != null
                ? known
                : hosts.computeIfAbsent(
                        candidate.route(),
                        name -> new Host(
                                breaker(name, settings),
                                pauses(Math.max(1, keys.applyAsInt(name))),
                                new RetryBudget(
                                        settings.budgetShare(),
                                        settings.budgetFloor(),
                                        settings.breakerWindow().toNanos()),
                                new AtomicBoolean()));
    }

    private List<Pause> pauses(int count) {
        return Stream.generate(() -> new Pause(
                        settings.keyPause().toNanos(), settings.keyPauseMax().toNanos()))
                .limit(count)
                .toList();
    }

    private Breaker breaker(String name, AttemptSettings own) {
        return new Breaker(own.breakerLimits(), random, state -> {
            LOG.warn("circuit breaker of {} is {}", name, state);
            changes.accept(name, state);
        });
    }

    @Override
    public Optional<Leave> enter(Candidate candidate, long now) {
        var route = route(candidate);
        return enter(route, host(candidate), route.pause().left(now), now);
    }

    @Override
    public Optional<Leave> enterAgain(Candidate candidate, long now) {
        var route = route(candidate);
        return enter(route, host(candidate), route.pause().hintedLeft(now), now);
    }

    private static Optional<Leave> enter(Route route, Host host, long pause, long now) {
        int key = host.bestKey(now);
        if (pause > 0 || host.keys().get(key).left(now) > 0) {
            return Optional.empty();
        }
        var hostPermit = host.breaker().tryAcquire(now);
        if (hostPermit.isEmpty()) {
            return Optional.empty();
        }
        var routePermit = route.breaker().tryAcquire(now);
        if (routePermit.isEmpty()) {
            host.breaker().released(hostPermit.get());
            return Optional.empty();
        }
        return Optional.of(new Leave(routePermit.get(), hostPermit.get(), key));
    }

    @Override
    public Leave force(Candidate candidate, long now) {
        var host = host(candidate);
        return new Leave(route(candidate).breaker().force(), host.breaker().force(), host.bestKey(now));
    }

    @Override
    public boolean hasOtherKey(Candidate candidate, long now) {
        var host = host(candidate);
        return host.keys().size() > 1 && host.keyLeft(now) == 0;
    }

    @Override
    public Shut shut(Candidate candidate, long now) {
        var route = route(candidate);
        var host = host(candidate);
        long pause = route.pause().left(now);
        long key = host.keyLeft(now);
        long breaker = Math.max(route.breaker().waitNanos(now), host.breaker().waitNanos(now));
        if (key > 0 && key >= pause) {
            return new Shut(key, Kind.AUTH);
        }
        if (pause > 0) {
            return new Shut(pause, Kind.RATE);
        }
        boolean refused = route.breaker().refuses(now) || host.breaker().refuses(now);
        return refused ? new Shut(Math.max(1, breaker), Kind.TRANSIENT) : Shut.NOT;
    }

    @Override
    public void countFirst(Candidate candidate, long now) {
        host(candidate).budget().countFirst(now);
    }

    @Override
    public boolean tryExtra(Candidate candidate, long now) {
        return host(candidate).budget().tryExtra(now);
    }

    @Override
    public boolean mayFailOpen(long now) {
        long last = failOpenAt.get();
        boolean due = last == Long.MIN_VALUE
                || now - last >= settings.failOpenInterval().toNanos();
        return due && failOpenAt.compareAndSet(last, now);
    }

    @Override
    public void succeeded(Candidate candidate, Leave leave, long now) {
        var route = route(candidate);
        var host = host(candidate);
        route.breaker().succeeded(leave.route(), now);
        host.breaker().succeeded(leave.host(), now);
        route.pause().forget();
        host.keys().get(leave.key()).forget();
        if (host.untrusted().get()) {
            host.untrusted().set(false);
        }
    }

    @Override
    public void failed(Candidate candidate, Leave leave, ProviderFailure failure, long now) {
        var route = route(candidate);
        var host = host(candidate);
        if (failure.details().has(Sign.UNTRUSTED)) {
            if (host.untrusted().compareAndSet(false, true)) {
                LOG.error("{}: {}; its certificate is refused", candidate.provider(), failure.getMessage());
            }
            route.breaker().tripped(leave.route(), now);
            host.breaker().tripped(leave.host(), now);
            return;
        }
        boolean counts = table.of(failure.kind()).counts()
                && !failure.details().has(Sign.REUSED_CONNECTION)
                && !failure.details().has(Sign.CALL_OVER);
        if (counts) {
            route.breaker().failed(leave.route(), now);
        } else {
            route.breaker().released(leave.route());
        }
        if (counts && failure.kind() == Kind.CONNECT) {
            host.breaker().failed(leave.host(), now);
        } else if (UNSEEN.contains(failure.kind())) {
            host.breaker().released(leave.host());
        } else {
            // Whatever it said, it was there.
            host.breaker().succeeded(leave.host(), now);
        }
        pause(candidate, route, host, leave.key(), failure, now);
    }

    private void pause(Candidate candidate, Route route, Host host, int key, ProviderFailure failure, long now) {
        switch (failure.kind()) {
            case RATE ->
                failure.details()
                        .retryAfter()
                        .map(Duration::toNanos)
                        .ifPresentOrElse(
                                hint -> route.pause().begin(now, hint),
                                () -> route.pause().begin(now));
            case QUOTA, AUTH -> {
                if (host.keys().get(key).begin(now)) {
                    LOG.error(
                            "{}: {}; key {} of {} is left alone for a while",
                            candidate.provider(),
                            failure.getMessage(),
                            key + 1,
                            host.keys().size());
                }
            }
            default -> {
                // no pause
            }
        }
    }

    @Override
    public void released(Candidate candidate, Leave leave) {
        route(candidate).breaker().released(leave.route());
        host(candidate).breaker().released(leave.host());
    }

    /** Attempts beyond the first that a provider may still get in this window. */
    int budgetLeft(String route, long now) {
        var host = hosts.get(route);
        return host == null ? settings.budgetFloor() : host.budget().left(now);
    }
}
