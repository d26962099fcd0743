package dev.gaia.chat.attempt;

import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a model is left alone before a call asks it again (failures 2 and F01), in nanoseconds. Every wait has a part
 * of chance, so that calls that failed together do not come back together.
 */
record BackOff(AttemptSettings settings, RandomGenerator random) {

    private static final long HINT_GAP_NANOS = Duration.ofSeconds(1).toNanos();
    private static final double HINT_SPREAD = 0.1;

    /**
     * What a provider asked for and up to a tenth more, never less; of a short time a tenth of a second, or who waits for
     * the same moment would come at once.
     */
    long hinted(long hint) {
        return hint + (long) (Math.max(hint, HINT_GAP_NANOS) * HINT_SPREAD * random.nextDouble());
    }

    /**
     * The wait after a failure.
     *
     * @param tries of this model so far, 1 or more
     * @param sinceStart since the last of them began
     */
    long after(ProviderFailure failure, int tries, long sinceStart) {
        var asked = failure.details().retryAfter();
        long hint = asked.map(Duration::toNanos).orElse(0L);
        return asked.isPresent() && failure.kind() == Kind.RATE
                ? hinted(Math.max(hint, HINT_GAP_NANOS - sinceStart))
                : doubled(tries, Math.max(hint, settings.gapMin().toNanos() - sinceStart));
    }

    /** Between the half and the whole of it, or as much of that as is not below the least time. */
    private long doubled(int tries, long least) {
        long full = Math.min(
                settings.backOff().toNanos() << Math.min(tries - 1, 16),
                settings.backOffMax().toNanos());
        long from = Math.max(full / 2, least);
        long to = Math.max(full, from + (long) (from * HINT_SPREAD));
        return from + (long) ((to - from) * random.nextDouble());
    }
}
