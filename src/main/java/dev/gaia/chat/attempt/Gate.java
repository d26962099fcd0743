package dev.gaia.chat.attempt;

import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Whether a candidate may be asked now, over all calls of the process. Moments are nanoseconds of a monotonic clock. */
interface Gate {

    /**
     * How long a candidate is shut.
     *
     * @param nanos until it may be asked; 0 when it may be asked now
     * @param reason the class of failure that shut it
     */
    record Shut(long nanos, Kind reason) {
        static final Shut NOT = new Shut(0, Kind.TRANSIENT);
    }

    /**
     * The leave for one attempt, given back once.
     *
     * @param route of the route's breaker
     * @param host of the host's breaker
     * @param key which of the provider's keys is to be used, from 0
     */
    record Leave(Breaker.Permit route, Breaker.Permit host, int key) {

        /** True when the attempt tries out whether the candidate is there again. */
        boolean probe() {
            return route.probe() || host.probe();
        }

        Leave with(int otherKey) {
            return new Leave(route, host, otherKey);
        }
    }

    /** Leave for one attempt; empty while the candidate is shut. */
    Optional<Leave> enter(Candidate candidate, long now);

    /**
     * Leave for a call that met a limit without a hint and has waited: the pause that such a limit begins is for other
     * calls, all else holds for this one too. Empty while the candidate is shut.
     */
    Optional<Leave> enterAgain(Candidate candidate, long now);

    /** Leave although the candidate is shut, because all are. */
    Leave force(Candidate candidate, long now);

    /** Whether, and for how long, a candidate is shut. */
    Shut shut(Candidate candidate, long now);

    /** True when the candidate may be asked, and neither its breaker nor its host's is open or being tried out. */
    boolean closed(Candidate candidate, long now);

    /** True when the provider has a key that is not left alone, and more than one. */
    boolean hasOtherKey(Candidate candidate, long now);

    /** A key of the provider that is not left alone, and none of these; empty when there is none. */
    OptionalInt otherKey(Candidate candidate, Set<Integer> used, long now);

    /** Counts the first attempt of a call. */
    void countFirst(Candidate candidate, long now);

    /** Draws one further attempt from the budget of the candidate's provider; false when it is spent. */
    boolean tryExtra(Candidate candidate, long now);

    /** True when a call may ask although everything is shut; rarely, over all calls. */
    boolean mayFailOpen(long now);

    /** The attempt's answer has begun, which says of its host that it is there; its end is told all the same. */
    void reached(Leave leave, long now);

    /** The attempt had content and a proper end. */
    void succeeded(Candidate candidate, Leave leave, long now);

    /** The attempt failed. */
    void failed(Candidate candidate, Leave leave, ProviderFailure failure, long now);

    /** The attempt ended in a way that says nothing of the provider. */
    void released(Candidate candidate, Leave leave);
}
