package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gaia.chat.catalogue.TokenEstimate;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Decides whether, and when, a second model is asked beside a slow one. Knows how long models took to begin of late.
 * Moments and times are nanoseconds.
 */
final class Hedging {

    private static final int ROUTES_MAX = 1_000;
    private static final int SAMPLES = 100;

    /** The last times of one model. */
    private static final class Times {
        private final long[] nanos = new long[SAMPLES];
        private long count;

        synchronized void add(long time) {
            nanos[(int) (count++ % SAMPLES)] = time;
        }

        synchronized OptionalLong at(double percentile, int samplesMin) {
            int known = (int) Math.min(count, SAMPLES);
            if (known < samplesMin) {
                return OptionalLong.empty();
            }
            var sorted = Arrays.copyOf(nanos, known);
            Arrays.sort(sorted);
            return OptionalLong.of(sorted[(int) Math.min(known - 1L, (long) Math.ceil(percentile * known) - 1)]);
        }
    }

    private final HedgeSettings settings;
    private final RetryBudget calls;
    private final Cache<String, Times> times =
            Caffeine.newBuilder().maximumSize(ROUTES_MAX).build();

    Hedging(HedgeSettings settings) {
        this.settings = settings;
        this.calls = new RetryBudget(settings.share(), 0, settings.window().toNanos());
    }

    /** A provider's model has begun to answer after so long. */
    void began(String provider, String model, long nanos) {
        if (settings.enabled()) {
            times.get(key(provider, model), name -> new Times()).add(nanos);
        }
    }

    private static String key(String provider, String model) {
        return provider + "/" + model;
    }

    /** Counts a call, of which a share may ask twice. */
    void countCall(long now) {
        if (settings.enabled()) {
            calls.countFirst(now);
        }
    }

    /**
     * After how long a second model may be asked beside this one; empty when none may.
     *
     * @param call in the neutral form
     */
    OptionalLong delay(Candidate candidate, JsonNode call) {
        if (!settings.enabled()
                || !call.path("tools").isEmpty()
                || call.path("n").asInt(1) > 1
                || TokenEstimate.ofCall(call) > settings.promptTokensMax()) {
            return OptionalLong.empty();
        }
        var known = times.getIfPresent(key(candidate.provider(), candidate.model()));
        var slow = known == null ? OptionalLong.empty() : known.at(settings.percentile(), settings.samplesMin());
        return slow.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(slow.getAsLong(), settings.delayMin().toNanos()));
    }

    /** Takes one of the second requests that the share of calls allows; false when it is used up. */
    boolean tryHedge(long now) {
        return calls.tryExtra(now);
    }
}
