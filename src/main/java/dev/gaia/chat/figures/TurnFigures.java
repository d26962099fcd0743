package dev.gaia.chat.figures;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The turns of this process: those in flight and the last thousand that ended, with sums for each provider. In memory,
 * bounded, lost at a restart (semantics 18).
 */
public final class TurnFigures {

    private static final int KEPT = 1_000;
    private static final int LIVE_MAX = 100_000;

    private final Clock clock;
    private final Map<String, LiveTurn> live = new ConcurrentHashMap<>();
    private final ArrayDeque<TurnSample> samples = new ArrayDeque<>();
    private final Map<String, ProviderSums> sums = new HashMap<>();
    private Instant since;

    TurnFigures(Clock clock) {
        this.clock = clock;
        this.since = clock.instant();
    }

    void began(String messageId, LiveTurn turn) {
        if (live.size() < LIVE_MAX) {
            live.put(messageId, turn);
        }
    }

    void left(String messageId) {
        live.remove(messageId);
    }

    synchronized void add(TurnSample sample) {
        if (samples.size() == KEPT) {
            samples.removeFirst();
        }
        samples.addLast(sample);
    }

    synchronized void add(AttemptSample sample) {
        sums.merge(sample.provider(), ProviderSums.of(sample), (known, one) -> known.plus(sample));
    }

    /** Turns in flight, the longest first. */
    List<LiveTurn> inFlight() {
        return live.values().stream()
                .sorted(Comparator.comparing(LiveTurn::started))
                .toList();
    }

    int inFlightCount() {
        return live.size();
    }

    /** The newest that fit, in the order of their ends. */
    synchronized List<TurnSample> samples(Predicate<TurnSample> fits) {
        return samples.stream().filter(fits).toList();
    }

    List<TurnSample> last(Duration time) {
        var from = clock.instant().minus(time);
        return samples(sample -> sample.at().isAfter(from));
    }

    /** Sums of the providers that were asked. */
    synchronized Map<String, ProviderSums> providers() {
        return Map.copyOf(sums);
    }

    public synchronized Optional<ProviderSums> provider(String name) {
        return Optional.ofNullable(sums.get(name));
    }

    /** Average milliseconds of the model's recent answers; empty when it gave none. */
    public Optional<Integer> latencyMs(String model) {
        var average = samples(sample -> !sample.failed() && sample.model().equals(model)).stream()
                .mapToDouble(TurnSample::called)
                .average();
        return average.isPresent() ? Optional.of((int) Math.round(average.getAsDouble() * 1_000)) : Optional.empty();
    }

    synchronized Instant since() {
        return since;
    }

    Instant now() {
        return clock.instant();
    }

    /** Forgets all turns that ended. */
    synchronized void reset() {
        samples.clear();
        sums.clear();
        since = clock.instant();
    }
}
