package dev.gaia.ops;

import dev.gaia.error.Failure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Counts and times the exchanges of one route: {@code gaia_route_seconds}, {@code gaia_route_failures_total} by code,
 * {@code gaia_route_degraded_total}, {@code gaia_route_in_progress}. The meters are looked up once, and their labels are
 * route ids and failure codes, both of which are few and none of which a client can choose.
 *
 * <p>Not camel-micrometer's policy, which looks its meters up for every exchange: measured on a request through four
 * routes (JDK 25, CPU time), 1.8 µs without figures, 2.6 µs with these, 6.2 to 7.2 µs with that.
 */
final class RouteFigures extends RoutePolicySupport {

    /** Set by a route that answers less than was asked for, to the reason; counted when the route is done. */
    static final String DEGRADED = "degraded";

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };

    private final String begun;
    private final Timer timer;
    private final Counter degraded;
    private final LongAdder inProgress = new LongAdder();
    private final Map<String, Counter> failures = new ConcurrentHashMap<>();
    private final MeterRegistry registry;
    private final String routeId;

    RouteFigures(MeterRegistry registry, String routeId) {
        this.registry = registry;
        this.routeId = routeId;
        this.begun = "gaia.begun." + routeId;
        this.timer = Timer.builder("gaia.route")
                .description("Exchanges of a route and the time they took until their answer was there")
                .tag("route", routeId)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        this.degraded = Counter.builder("gaia.route.degraded")
                .description("Answers that were less than was asked for")
                .tag("route", routeId)
                .register(registry);
        registry.gauge("gaia.route.in.progress", Tags.of("route", routeId), inProgress);
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        inProgress.increment();
        exchange.setProperty(begun, System.nanoTime());
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        inProgress.decrement();
        if (exchange.removeProperty(begun) instanceof Long nanos) {
            timer.record(System.nanoTime() - nanos, TimeUnit.NANOSECONDS);
        }
        if (exchange.getVariable(DEGRADED) != null) {
            degraded.increment();
        }
        failure(exchange)
                .ifPresent(failure -> failures.computeIfAbsent(code(failure), this::failureCounter)
                        .increment());
    }

    /** What a segment passes up, or what an edge has just answered. */
    private static Optional<Throwable> failure(Exchange exchange) {
        if (exchange.getException() != null) {
            return Optional.of(exchange.getException());
        }
        var extension = exchange.getExchangeExtension();
        boolean answered = extension.isErrorHandlerHandledSet() && extension.isErrorHandlerHandled();
        return answered
                ? Optional.ofNullable(exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class))
                : Optional.empty();
    }

    /** One of the closed set of codes; everything unexpected is {@code internal}. */
    private static String code(Throwable failure) {
        return failure instanceof Failure expected ? expected.code().code() : "internal";
    }

    private Counter failureCounter(String code) {
        return Counter.builder("gaia.route.failures")
                .description("Exchanges of a route that failed, or were answered with a failure")
                .tag("route", routeId)
                .tag("code", code)
                .register(registry);
    }
}
