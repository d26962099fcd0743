package dev.gaia.chat.attempt;

import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
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

    List<ProviderFailure> list() {
        return all.stream().map(Failed::failure).toList();
    }

    /** Of all the one that says most, and of equals the first. */
    ProviderFailure mostTelling() {
        return all.stream()
                .map(Failed::failure)
                .min(Comparator.comparingInt(failure -> table.of(failure.kind()).rank()))
                .orElseThrow();
    }

    /** Those that limited the rate of requests. */
    Stream<Candidate> limited() {
        return all.stream()
                .filter(failed -> failed.failure().kind() == Kind.RATE)
                .map(Failed::candidate);
    }
}
