package dev.gaia.chat.attempt;

import dev.gaia.chat.attempt.Gate.Leave;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who may go on with a stream that broke off, or answer beside a slow model: those whose breaker is closed and whose
 * provider has budget left for it.
 * A model with another key of its provider is another route (failures 11.1). For one thread.
 */
final class Successors {

    private final List<Candidate> candidates;
    private final Gate gate;
    /** Which keys the candidates were asked with, in order. */
    private final SortedMap<Integer, Asked> asked = new TreeMap<>();

    /**
     * One that goes on.
     *
     * @param index among the candidates
     */
    record Successor(int index, Leave leave) {}

    private record Asked(int lastKey, Set<Integer> keys) {}

    Successors(List<Candidate> candidates, Gate gate) {
        this.candidates = candidates;
        this.gate = gate;
    }

    /** Notes with which key a candidate is asked. */
    void asked(int index, int key) {
        asked.merge(index, new Asked(key, Set.of(key)), (before, now) -> {
            var keys = new HashSet<>(before.keys());
            keys.add(key);
            return new Asked(key, keys);
        });
    }

    /** The next one after this that was not asked yet. */
    Optional<Successor> next(int after, long tokens, long now) {
        for (int i = after + 1; i < candidates.size(); i++) {
            var leave = asked.containsKey(i) || !fits(i, tokens) ? Optional.<Leave>empty() : enter(i, now);
            if (leave.isPresent()) {
                return Optional.of(new Successor(i, leave.get()));
            }
        }
        return Optional.empty();
    }

    /** True when one after this, but not the one beside it, may be asked within this time. */
    boolean left(int after, int beside, long within, long now) {
        for (int i = after + 1; i < candidates.size(); i++) {
            if (i != beside && gate.shut(candidates.get(i), now).nanos() <= within) {
                return true;
            }
        }
        return false;
    }

    /** One that was asked, with a key that it was not asked with. */
    Optional<Successor> withOtherKey(long tokens, long now) {
        for (int i : asked.keySet()) {
            var found = fits(i, tokens) ? withOtherKey(i, now) : Optional.<Successor>empty();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** This one, with a key that it was not asked with. */
    Optional<Successor> withOtherKey(int index, long now) {
        var key = gate.otherKey(candidates.get(index), asked.get(index).keys(), now);
        return key.isPresent() ? enter(index, key.getAsInt(), now) : Optional.empty();
    }

    /** This one, as it was asked last. */
    Optional<Successor> same(int index, long now) {
        return enter(index, asked.get(index).lastKey(), now);
    }

    private Optional<Successor> enter(int index, int key, long now) {
        return enter(index, now).map(leave -> new Successor(index, leave.with(key)));
    }

    /** Leave for one attempt, unless the candidate is only being tried out: half of an answer is no matter for that. */
    private Optional<Leave> enter(int index, long now) {
        var candidate = candidates.get(index);
        var leave = gate.enter(candidate, now);
        if (leave.isPresent() && !leave.get().probe() && gate.tryExtra(candidate, now)) {
            return leave;
        }
        leave.ifPresent(unused -> gate.released(candidate, unused));
        return Optional.empty();
    }

    private boolean fits(int index, long tokens) {
        return candidates.get(index).traits().window().orElse(Long.MAX_VALUE) > tokens;
    }
}
