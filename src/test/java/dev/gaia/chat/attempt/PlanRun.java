package dev.gaia.chat.attempt;

import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.AttemptPlan.GiveUp;
import dev.gaia.chat.attempt.AttemptPlan.Wait;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Plans that are carried out on a clock of their own, against providers that fail as told. */
final class PlanRun {

    static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
    static final Candidate P = candidate("p");
    static final Candidate Q = candidate("q");
    static final Candidate R = candidate("r");
    static final Candidate S = candidate("s");

    private final AttemptSettings settings;
    final Routes routes;
    private final Map<String, Deque<ProviderFailure>> failures = new HashMap<>();
    /** Nanoseconds. */
    long now;

    private Optional<ProviderFailure> end = Optional.empty();

    /** @param keys of every provider */
    PlanRun(int keys, Map<String, String> changes) {
        this.settings = TestSettings.attempts(changes);
        this.routes = new Routes(TABLE, settings, new Random(1), route -> keys, (name, state) -> {});
    }

    PlanRun() {
        this(1, Map.of());
    }

    private static Candidate candidate(String name) {
        return new Candidate(name, name, "model-" + name, false, Traits.UNKNOWN);
    }

    static ProviderFailure failure(Kind kind) {
        return new ProviderFailure(kind, "test");
    }

    static ProviderFailure failure(Kind kind, Duration hint) {
        return new ProviderFailure(kind, "test", Details.NONE.retryAfter(hint));
    }

    AttemptPlan plan(Candidate... candidates) {
        return plan(Duration.ofSeconds(90), candidates);
    }

    AttemptPlan plan(Duration left, Candidate... candidates) {
        return plan(TABLE, left, candidates);
    }

    AttemptPlan plan(FailureTable table, Candidate... candidates) {
        return plan(table, Duration.ofSeconds(90), candidates);
    }

    private AttemptPlan plan(FailureTable table, Duration left, Candidate... candidates) {
        return new AttemptPlan(
                List.of(candidates),
                routes,
                table,
                settings,
                new Random(2),
                now + left.toNanos(),
                settings.perCallMax());
    }

    /** What a provider does from now on: fails so, each time once, then answers. */
    PlanRun fails(Candidate candidate, ProviderFailure... in) {
        failures.put(candidate.provider(), new ArrayDeque<>(List.of(in)));
        return this;
    }

    /** Another call's attempt at a candidate fails now. */
    void otherCallFails(Candidate candidate, ProviderFailure failure) {
        routes.failed(candidate, routes.enter(candidate, now).orElseThrow(), failure, now);
    }

    /** Asks until somebody answers or nobody is left; who was asked, with {@code !} on a fresh connection. */
    List<String> run(AttemptPlan plan) {
        var asked = new ArrayList<String>();
        while (true) {
            switch (plan.next(now)) {
                case Wait wait -> now += wait.nanos();
                case GiveUp gaveUp -> {
                    end = Optional.of(gaveUp.failure());
                    return asked;
                }
                case Ask ask -> {
                    asked.add(ask.candidate().provider() + (ask.freshConnection() ? "!" : ""));
                    if (answers(plan, ask)) {
                        return asked;
                    }
                }
            }
        }
    }

    /** One attempt; true when it is answered. */
    boolean answers(AttemptPlan plan, Ask ask) {
        var left = failures.getOrDefault(ask.candidate().provider(), new ArrayDeque<>());
        if (left.isEmpty()) {
            routes.succeeded(ask.candidate(), ask.leave(), now);
            return true;
        }
        var failure = left.removeFirst();
        routes.failed(ask.candidate(), ask.leave(), failure, now);
        plan.failed(failure, now);
        return false;
    }

    /** What the last run gave up with. */
    ProviderFailure end() {
        return end.orElseThrow();
    }
}
