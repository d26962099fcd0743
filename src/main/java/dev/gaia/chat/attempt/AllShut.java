package dev.gaia.chat.attempt;

import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a call does when all that it could ask is shut: waits for a rate limit to end, asks rarely although a breaker is
 * open or a key is left alone, or says at once how long it will take, when that is longer than the deadline.
 *
 * <p>Nobody was asked then, so that there is no last word of an attempt: it is 503 with Retry-After (failures 4.1). A
 * single model that limits its rate is another matter: "alone" it is 429 with what is left of its pause, in the call
 * that met the limit and in those that come during its pause (F01, F02).
 */
record AllShut(List<Candidate> candidates, Gate gate, AttemptSettings settings, RandomGenerator random) {

    /** What to do. */
    sealed interface Way {}

    /** Wait so long for this one. */
    record Later(Candidate candidate, long nanos) implements Way {}

    /** Ask this one although it is shut. */
    record Anyway(Candidate candidate) implements Way {}

    /** Ask nobody. */
    record Never(ProviderFailure failure) implements Way {}

    /**
     * The way for one call.
     *
     * @param waited whether it has waited for a limit before
     * @param deadline moment by which there must be an answer
     */
    Way way(boolean waited, long deadline, long now) {
        var soonest = candidates.stream()
                .limit(settings.candidatesMax())
                .min(Comparator.comparingLong(
                        candidate -> gate.shut(candidate, now).nanos()))
                .orElseThrow();
        var shut = gate.shut(soonest, now);
        if (shut.reason() == Kind.RATE && shut.nanos() > 0) {
            long wait = new BackOff(settings, random).hinted(shut.nanos());
            boolean tooLong = now + wait + AttemptPlan.USEFUL_NANOS - deadline > 0;
            return tooLong || waited
                    ? never(candidates.size() == 1 ? Kind.RATE : Kind.TRANSIENT, shut.nanos())
                    : new Later(soonest, wait);
        }
        boolean keyTooLong = shut.reason() == Kind.AUTH && now + shut.nanos() + AttemptPlan.USEFUL_NANOS - deadline > 0;
        return keyTooLong || !gate.mayFailOpen(now) ? never(Kind.TRANSIENT, shut.nanos()) : new Anyway(soonest);
    }

    private static Never never(Kind kind, long nanos) {
        var details = Details.NONE.retryAfter(Duration.ofNanos(Math.max(nanos, AttemptPlan.USEFUL_NANOS)));
        return new Never(new ProviderFailure(kind, "every model that could be asked is left alone for now", details));
    }
}
