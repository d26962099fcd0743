package dev.gaia.chat.attempt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What operators see of attempts (failures 7). Series are named by provider and, for the first {@value #MODELS_MAX},
 * by model; all others share the name {@code other}, so that no client can make series without end (attacks T43).
 */
final class AttemptFigures implements Ledger {

    private static final int MODELS_MAX = 100;
    private static final String OTHER = "other";

    private final MeterRegistry meters;
    private final Ledger next;
    /** Those of attempts, of which every call has one: finding them by tags costs more than counting. */
    private final Map<Ended, Counter> ended = new ConcurrentHashMap<>();

    private final Map<String, AtomicInteger> states = new ConcurrentHashMap<>();
    private final Map<String, String> models = new ConcurrentHashMap<>();
    private final MeterProvider<Counter> attempts;
    private final MeterProvider<Counter> again;
    private final MeterProvider<Counter> failOvers;
    private final MeterProvider<Counter> rescuesTried;
    private final MeterProvider<Counter> rescues;
    private final MeterProvider<Counter> truncated;
    private final MeterProvider<Counter> cancelled;
    private final MeterProvider<Counter> changes;
    private final MeterProvider<Counter> late;
    private final MeterProvider<Timer> firstTokens;
    private final MeterProvider<Timer> pauses;

    private record Ended(String provider, String model, String outcome) {}

    /** @param next takes note of attempts, too */
    AttemptFigures(MeterRegistry meters, Ledger next) {
        this.meters = meters;
        this.next = next;
        this.attempts = counter("gaia.provider.attempts", "requests sent to model providers, by how they ended");
        this.again = counter("gaia.provider.retries", "attempts on a model that had just failed");
        this.failOvers = counter("gaia.provider.failovers", "first attempts on another model than was asked for");
        this.rescuesTried = counter("gaia.provider.rescues.tried", "streams of a model that another was to go on with");
        this.rescues = counter("gaia.provider.rescues", "streams of another model with which this one went on");
        this.truncated = counter("gaia.provider.truncated", "streams that ended with an error after their first piece");
        this.cancelled = counter("gaia.provider.cancelled", "requests that were let go before their end, by whom");
        this.late = counter("gaia.provider.late", "events with content that came after the end of an answer");
        this.changes = counter("gaia.provider.breaker.changes", "changes of circuit breakers, by their new state");
        this.firstTokens = timer("gaia.provider.first.token", "from the request to the first piece of a stream");
        this.pauses = timer("gaia.provider.idle", "longest time between two pieces of a stream");
    }

    private MeterProvider<Counter> counter(String name, String description) {
        return Counter.builder(name).description(description).withRegistry(meters);
    }

    @Override
    public void add(AttemptRow row) {
        var model = label(row.model());
        ended.computeIfAbsent(
                        new Ended(row.provider(), model, row.outcome()),
                        how -> attempts.withTags(
                                "provider", how.provider(), "model", how.model(), "outcome", how.outcome()))
                .increment();
        row.firstTokenMillis()
                .ifPresent(millis -> of(firstTokens, row.provider(), model).record(millis, TimeUnit.MILLISECONDS));
        row.cancelledBy()
                .ifPresent(by -> cancelled
                        .withTags("provider", row.provider(), "model", model, "by", by)
                        .increment());
        next.add(row);
    }

    private String label(String model) {
        var known = models.get(model);
        if (known != null) {
            return known;
        }
        return models.size() < MODELS_MAX ? models.computeIfAbsent(model, name -> name) : OTHER;
    }

    private static <T extends Meter> T of(MeterProvider<T> meter, String provider, String model) {
        return meter.withTags("provider", provider, "model", model);
    }

    private <T extends Meter> T of(MeterProvider<T> meter, Candidate candidate) {
        return of(meter, candidate.provider(), label(candidate.model()));
    }

    private MeterProvider<Timer> timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10))
                .withRegistry(meters);
    }

    /** Takes note of the longest time between two pieces of a stream, in nanoseconds. */
    void pause(Candidate asked, long nanos) {
        of(pauses, asked).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The stream of this model broke off, and another is looked for. */
    void countRescueTried(Candidate broken) {
        of(rescuesTried, broken).increment();
    }

    void countAgain(Candidate asked) {
        of(again, asked).increment();
    }

    void countFailOver(Candidate asked) {
        of(failOvers, asked).increment();
    }

    /** This model goes on with the stream of another. */
    void countRescue(Candidate successor) {
        of(rescues, successor).increment();
    }

    /** This model went on after it had ended its answer. */
    void countLate(Candidate asked) {
        of(late, asked).increment();
    }

    void countTruncated(Candidate broken) {
        of(truncated, broken).increment();
    }

    /** The state of a breaker: 0 closed, 1 half open, 2 open. */
    void breaker(String name, Breaker.State state) {
        var known = states.get(name);
        if (known == null && states.size() < MODELS_MAX) {
            known = states.computeIfAbsent(name, this::gauge);
        }
        changes.withTags(
                        "route",
                        known == null ? OTHER : name,
                        "state",
                        state.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .increment();
        if (known != null) {
            known.set(
                    switch (state) {
                        case CLOSED -> 0;
                        case HALF_OPEN -> 1;
                        case OPEN -> 2;
                    });
        }
    }

    private AtomicInteger gauge(String name) {
        var value = new AtomicInteger();
        Gauge.builder("gaia.provider.breaker", value, AtomicInteger::get)
                .description("circuit breaker of a model or provider: 0 closed, 1 half open, 2 open")
                .tag("route", name)
                .register(meters);
        return value;
    }
}
