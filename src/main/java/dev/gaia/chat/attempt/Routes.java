package dev.gaia.chat.attempt;

import dev.gaia.chat.attempt.RecentRoutes.Route;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this process knows of routes, hosts and keys: breakers, pauses and budgets. */
final class Routes implements Gate {

    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
    /** Failures after which nobody knows whether the host is there. */
    private static final Set<Kind> UNSEEN = Set.of(Kind.CONNECT, Kind.SILENT, Kind.LOCAL);

    private final FailureTable table;
    private final AttemptSettings settings;
    private final RandomGenerator random;
    private final ToIntFunction<String> keys;
    private final UnaryOperator<String> places;
    private final BiConsumer<String, Breaker.State> changes;
    private final RecentRoutes routes = new RecentRoutes(this::route);
    private final Map<String, Host> hosts = new ConcurrentHashMap<>();
    private final Map<String, Breaker> breakers = new ConcurrentHashMap<>();
    private final AtomicLong failOpenAt = new AtomicLong(Long.MIN_VALUE);

    /**
     * What all models of a provider share: its keys and its budget, and with the other providers there its host.
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

    /** Providers that are each at a place of their own. */
    Routes(
            FailureTable table,
            AttemptSettings settings,
            RandomGenerator random,
            ToIntFunction<String> keys,
            BiConsumer<String, Breaker.State> changes) {
        this(table, settings, random, keys, UnaryOperator.identity(), changes);
    }

    /**
     * @param keys how many keys a provider has, by its route
     * @param places scheme, host and port that a provider is at, by its route; those at one place are reached, or not,
     *     together
     * @param changes told of every change of a breaker: key of the route or, for a host, name of the provider that was
     *     the first to be asked there, and new state
     */
    Routes(
            FailureTable table,
            AttemptSettings settings,
            RandomGenerator random,
            ToIntFunction<String> keys,
            UnaryOperator<String> places,
            BiConsumer<String, Breaker.State> changes) {
        this.places = places;
        this.table = table;
        this.settings = settings;
        this.random = random;
        this.keys = keys;
        this.changes = changes;
    }

    private Route route(Candidate candidate, String name) {
        var own = candidate.settings(settings);
        return new Route(
                breaker(name, own),
                new Pause(own.pause().toNanos(), own.pauseMax().toNanos()));
    }

    private Host host(Candidate candidate) {
        var known = hosts.get(candidate.route());
        return known != null
                ? known
                : hosts.computeIfAbsent(
                        candidate.route(),
                        name -> new Host(
                                breakers.computeIfAbsent(places.apply(name), place -> breaker(name, settings)),
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
        var route = routes.of(candidate, now);
        return enter(route, host(candidate), route.pause().left(now), now);
    }

    @Override
    public Optional<Leave> enterAgain(Candidate candidate, long now) {
        var route = routes.of(candidate, now);
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
        return new Leave(
                routes.of(candidate, now).breaker().force(), host.breaker().force(), host.bestKey(now));
    }

    @Override
    public boolean hasOtherKey(Candidate candidate, long now) {
        var host = host(candidate);
        return host.keys().size() > 1 && host.keyLeft(now) == 0;
    }

    @Override
    public OptionalInt otherKey(Candidate candidate, Set<Integer> used, long now) {
        var all = host(candidate).keys();
        return IntStream.range(0, all.size())
                .filter(key -> !used.contains(key) && all.get(key).left(now) == 0)
                .findFirst();
    }

    @Override
    public Shut shut(Candidate candidate, long now) {
        var route = routes.of(candidate, now);
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
    public boolean closed(Candidate candidate, long now) {
        return shut(candidate, now).nanos() == 0
                && routes.of(candidate, now).breaker().state() == Breaker.State.CLOSED
                && host(candidate).breaker().state() == Breaker.State.CLOSED;
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
    public void reached(Leave leave, long now) {
        leave.host().breaker().succeeded(leave.host(), now);
    }

    @Override
    public void succeeded(Candidate candidate, Leave leave, long now) {
        var host = host(candidate);
        leave.route().breaker().succeeded(leave.route(), now);
        leave.host().breaker().succeeded(leave.host(), now);
        routes.of(candidate, now).pause().forget();
        host.keys().get(leave.key()).forget();
        if (host.untrusted().get()) {
            host.untrusted().set(false);
        }
    }

    @Override
    public void failed(Candidate candidate, Leave leave, ProviderFailure failure, long now) {
        var route = leave.route().breaker();
        var host = leave.host().breaker();
        if (failure.details().has(Sign.UNTRUSTED)) {
            if (host(candidate).untrusted().compareAndSet(false, true)) {
                LOG.error("{}: {}; its certificate is refused", candidate.provider(), failure.getMessage());
            }
            route.tripped(leave.route(), now);
            host.tripped(leave.host(), now);
            return;
        }
        boolean counts = table.of(failure.kind()).counts()
                && !failure.details().has(Sign.REUSED_CONNECTION)
                && !failure.details().has(Sign.CALL_OVER);
        if (counts) {
            route.failed(leave.route(), now);
        } else {
            route.released(leave.route());
        }
        if (counts && failure.kind() == Kind.CONNECT) {
            host.failed(leave.host(), now);
        } else if (UNSEEN.contains(failure.kind())) {
            host.released(leave.host());
        } else {
            // Whatever it said, it was there.
            host.succeeded(leave.host(), now);
        }
        pause(candidate, leave.key(), failure, now);
    }

    private void pause(Candidate candidate, int key, ProviderFailure failure, long now) {
        switch (failure.kind()) {
            case RATE -> {
                var pause = routes.of(candidate, now).pause();
                // "At once" is no answer to how long a model that has just refused is to be left alone.
                failure.details()
                        .retryAfter()
                        .filter(Duration::isPositive)
                        .map(Duration::toNanos)
                        .ifPresentOrElse(hint -> pause.begin(now, hint), () -> pause.begin(now));
            }
            case QUOTA, AUTH -> {
                var host = host(candidate);
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
        leave.route().breaker().released(leave.route());
        leave.host().breaker().released(leave.host());
    }

    /** Attempts beyond the first that a provider may still get in this window. */
    int budgetLeft(String route, long now) {
        var host = hosts.get(route);
        return host == null ? settings.budgetFloor() : host.budget().left(now);
    }
}
