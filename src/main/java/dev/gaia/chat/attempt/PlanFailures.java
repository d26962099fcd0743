package dev.gaia.chat.attempt;

import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What went wrong in one call, in order, and at whom. For one thread. */
final class PlanFailures {

    private record Failed(Candidate candidate, ProviderFailure failure) {}

    private final FailureTable table;
    private final List<Failed> all = new ArrayList<>();

    PlanFailures(FailureTable table) {
        this.table = table;
    }

    void add(Candidate candidate, ProviderFailure failure) {
        all.add(new Failed(candidate, failure));
    }

    /** One that does not decide what follows, though it came last. */
    void addFirst(Candidate candidate, ProviderFailure failure) {
        all.addFirst(new Failed(candidate, failure));
    }

    ProviderFailure last() {
        return all.getLast().failure();
    }

    /** Of the last ones, how many a model said nothing in. */
    long silentInARow() {
        return all.reversed().stream()
                .takeWhile(failed -> failed.failure().kind() == Kind.SILENT)
                .count();
    }

    List<ProviderFailure> list() {
        return all.isEmpty() ? List.of() : all.stream().map(Failed::failure).toList();
    }

    /**
     * Of all the one that says most, and of equals the first, with the time after which asking again may help: whoever
     * limits its rate, or anybody, may be asked then.
     *
     * @param budgetSpent whether an attempt was not made for want of a budget
     */
    ProviderFailure lastWord(List<Candidate> candidates, Gate gate, boolean budgetSpent, long now) {
        var failure = all.stream()
                .map(Failed::failure)
                .min(Comparator.comparingInt(one -> table.of(one.kind()).rank()))
                .orElseThrow();
        boolean limited = failure.kind() == Kind.RATE;
        long shut = (limited ? limited() : candidates.stream())
                .mapToLong(candidate -> gate.shut(candidate, now).nanos())
                .min()
                .orElse(0);
        // A budget that is spent comes back little by little.
        boolean empty =
                shut == 0 && budgetSpent && failure.details().retryAfter().isEmpty();
        long wait = limited || empty ? Math.max(shut, AttemptPlan.USEFUL_NANOS) : shut;
        boolean worthWaiting = limited || table.of(failure.kind()).counts();
        return worthWaiting && wait > 0
                ? new ProviderFailure(
                        failure.kind(), failure.getMessage(), failure.details().retryAfter(Duration.ofNanos(wait)))
                : failure;
    }

    /** Those that limited the rate of requests. */
    private Stream<Candidate> limited() {
        return all.stream()
                .filter(failed -> failed.failure().kind() == Kind.RATE)
                .map(Failed::candidate);
    }
}
