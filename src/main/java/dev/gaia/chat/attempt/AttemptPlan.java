package dev.gaia.chat.attempt;

import dev.gaia.chat.attempt.Gate.Leave;
import dev.gaia.chat.attempt.Successors.Successor;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.FailureTable.Again;
import dev.gaia.chat.provider.FailureTable.Next;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Who is asked next: section 4 of the failure contract as a state machine that waits for nothing and asks nobody.
 *
 * <pre>
 *   next ──► Ask ──► failed ──► next …      the same model again, or the next one, as the class of the failure says
 *        ├─► Wait ─► next                   a back-off, a provider's hint, or the end of a pause
 *        └─► GiveUp                         with the most telling failure
 * </pre>
 *
 * <p>For one thread. Moments are nanoseconds of a monotonic clock. Whoever takes an {@link Ask} gives its leave back to
 * the {@link Gate} and, when it failed, tells the plan.
 */
final class AttemptPlan {

    /** Time an attempt must at least have before the deadline, to be worth waiting for. */
    static final long USEFUL_NANOS = Duration.ofSeconds(1).toNanos();

    /** What to do now. */
    sealed interface Step {}

    /**
     * Ask this candidate.
     *
     * @param alone whether nobody else can be asked after it: then it is worth a longer wait than another one would be
     * @param lastWait whether nobody else is asked after its silence, because it is alone or for too many silent waits
     */
    record Ask(Candidate candidate, Leave leave, boolean freshConnection, boolean alone, boolean lastWait)
            implements Step {}

    /** Wait, then ask the plan again. */
    record Wait(long nanos) implements Step {}

    /** Nobody is left to ask. */
    record GiveUp(ProviderFailure failure) implements Step {}

    private final List<Candidate> candidates;
    private final Gate gate;
    private final Successors successors;
    private final FailureTable table;
    private final AttemptSettings ofProcess;
    /** Of the requested model, which the numbers of a whole call belong to. */
    private final AttemptSettings settings;

    private final RandomGenerator random;
    private final long deadline;
    private final int attemptsMax;
    private final PlanFailures failures;
    private final AllShut allShut;

    private int index;
    private int asked;
    private int hedged = -1;
    private int hedgedKey;
    private int attempts;
    private int tries;
    private boolean again;
    private boolean fresh;
    private boolean reconnected;
    private boolean free;
    private boolean over;
    private boolean forced;
    private boolean budgetSpent;
    private boolean waiting;
    private long notBefore;
    private long startedAt;
    private Optional<Candidate> larger = Optional.empty();

    /**
     * @param candidates the requested model, then its fallbacks in order; at least one
     * @param deadline moment by which there must be an answer
     * @param attemptsMax of this call, 1 or more; the setting's own limit when that is smaller
     */
    AttemptPlan(
            List<Candidate> candidates,
            Gate gate,
            FailureTable table,
            AttemptSettings settings,
            RandomGenerator random,
            long deadline,
            int attemptsMax) {
        this.candidates = List.copyOf(candidates);
        this.gate = gate;
        this.successors = new Successors(this.candidates, gate);
        this.table = table;
        this.failures = new PlanFailures(table);
        this.ofProcess = settings;
        this.settings = candidates.getFirst().settings(settings);
        this.random = random;
        this.allShut = new AllShut(this.candidates, gate, this.settings, random);
        this.deadline = deadline;
        this.attemptsMax = Math.min(attemptsMax, this.settings.perCallMax());
    }

    /** The next step. */
    Step next(long now) {
        while (!over && attempts < attemptsMax && index < candidates.size() && inTime(now)) {
            if (waiting && notBefore - now > 0) {
                return new Wait(notBefore - now);
            }
            var step = again ? askAgain(now) : askFirst(now);
            if (step.isPresent()) {
                return step.get();
            }
            advance();
        }
        if (attempts > 0) {
            return new GiveUp(failures.lastWord(candidates, gate, budgetSpent, now));
        }
        return inTime(now) ? failOpen(now) : new GiveUp(new ProviderFailure(Kind.SILENT, "no time is left"));
    }

    /** False when nothing that begins now can have its first word before the deadline. */
    private boolean inTime(long now) {
        return deadline - now > settings.timeMin().toNanos();
    }

    private Optional<Step> askAgain(long now) {
        var candidate = candidates.get(index);
        var last = failures.last();
        // The pause that a limit without a hint began is for other calls; this one has its own, shorter waits.
        var hint = last.details().retryAfter().filter(Duration::isPositive);
        boolean unhinted = last.kind() == Kind.RATE && hint.isEmpty();
        var leave = unhinted ? gate.enterAgain(candidate, now) : gate.enter(candidate, now);
        if (leave.isEmpty()) {
            return waitLonger(candidate, unhinted, now);
        }
        return leave.filter(given -> tryExtra(candidate, given, now)).map(given -> ask(candidate, given, now));
    }

    /** Shut meanwhile: a hint that came to another call is waited out like one's own, a breaker leads on without a price. */
    private Optional<Step> waitLonger(Candidate candidate, boolean unhinted, long now) {
        var shut = gate.shut(candidate, now);
        var own = candidate.settings(ofProcess);
        long wait = new BackOff(own, random).hinted(shut.nanos());
        boolean brief = !unhinted && shut.nanos() <= own.hintMax().toNanos();
        boolean worthIt = shut.reason() == Kind.RATE && (brief || alone(now));
        if (!worthIt || now + wait + USEFUL_NANOS - deadline > 0) {
            free = isFree(candidate, now);
            return Optional.empty();
        }
        return Optional.of(waitFor(wait, now));
    }

    private Wait waitFor(long nanos, long now) {
        waiting = true;
        notBefore = now + nanos;
        return new Wait(nanos);
    }

    /** Going straight to the fallback because a breaker is open costs nothing. */
    private boolean isFree(Candidate candidate, long now) {
        var shut = gate.shut(candidate, now);
        return shut.nanos() > 0 && shut.reason() != Kind.RATE;
    }

    private Optional<Step> askFirst(long now) {
        var candidate = candidates.get(index);
        if (asked >= settings.candidatesMax()
                || index == hedged
                || !larger.map(candidate::mayHoldMoreThan).orElse(true)) {
            return Optional.empty();
        }
        var leave = gate.enter(candidate, now);
        if (leave.isEmpty()) {
            return Optional.empty();
        }
        if (attempts == 0 || free) {
            gate.countFirst(candidate, now);
        } else if (!tryExtra(candidate, leave.get(), now)) {
            return Optional.empty();
        }
        asked++;
        return Optional.of(ask(candidate, leave.get(), now));
    }

    /** Draws on the budget for an attempt; gives its leave back when there is none left. */
    private boolean tryExtra(Candidate candidate, Leave leave, long now) {
        boolean left = gate.tryExtra(candidate, now);
        if (!left) {
            budgetSpent = true;
            gate.released(candidate, leave);
        }
        return left;
    }

    private Ask ask(Candidate candidate, Leave leave, long now) {
        attempts++;
        tries++;
        startedAt = now;
        again = false;
        waiting = false;
        boolean freshConnection = fresh;
        fresh = false;
        successors.asked(index, leave.key());
        boolean alone = !othersLeft(settings.breakerOpenMax().toNanos(), now);
        return new Ask(
                candidate, leave, freshConnection, alone, alone || failures.silentInARow() + 1 >= settings.silentMax());
    }

    private void advance() {
        index++;
        tries = 0;
        again = false;
        fresh = false;
        reconnected = false;
    }

    /**
     * A second request beside the one under way, to the next candidate that is surely there, with the budget for it;
     * empty when there is none, or when the model under way is being tried out itself.
     */
    Optional<Ask> hedge(long now) {
        if (attempts >= attemptsMax
                || asked >= settings.candidatesMax()
                || !inTime(now)
                || !gate.closed(candidates.get(index), now)) {
            return Optional.empty();
        }
        return successors.next(index, 0, now).map(found -> {
            hedged = found.index();
            hedgedKey = found.leave().key();
            asked++;
            attempts++;
            return new Ask(candidates.get(hedged), found.leave(), false, false, false);
        });
    }

    /** The second request answers: whoever goes on with its answer comes after it. */
    void hedgeWon() {
        index = hedged;
        successors.asked(hedged, hedgedKey);
    }

    /** The second request failed: its candidate is not asked again. */
    void hedgeFailed(ProviderFailure failure) {
        failures.addFirst(candidates.get(hedged), failure);
        successors.asked(hedged, hedgedKey);
    }

    /** What the last candidate's attempt ended with; its leave has been given back. */
    void failed(ProviderFailure failure, long now) {
        var candidate = candidates.get(index);
        failures.add(candidate, failure);
        var answer = table.of(failure.kind());
        boolean alone = alone(now);
        again = !failure.details().has(Sign.LASTING)
                && switch (answer.again()) {
                    case AT_ONCE ->
                        !reconnected
                                && tries < Math.max(2, triesMax(alone))
                                && gate.shut(candidate, now).nanos() == 0;
                    case WAITING -> planWait(failure, alone, now);
                    // However many keys are refused, one attempt is left for the next model.
                    case OTHER_KEY ->
                        gate.hasOtherKey(candidate, now) && (attempts + 1 < attemptsMax || !othersLeft(0, now));
                    case NEVER -> false;
                };
        if (again) {
            fresh = answer.again() == Again.AT_ONCE;
            reconnected |= fresh;
            return;
        }
        over = ends(failure) || failures.silentInARow() >= settings.silentMax();
        if (answer.next() == Next.LARGER) {
            larger = larger.map(known -> known.largerWindow(candidate)).or(() -> Optional.of(candidate));
        }
        free = isFree(candidate, now) && failure.kind() != Kind.RATE;
        advance();
    }

    /** True when nobody else may answer after this failure. */
    boolean ends(ProviderFailure failure) {
        return table.of(failure.kind()).next() == Next.NEVER
                || failure.details().has(Sign.STOPPING);
    }

    /** Sets when the same candidate is asked again; false when it is not. */
    private boolean planWait(ProviderFailure failure, boolean alone, long now) {
        var own = candidates.get(index).settings(ofProcess);
        if (tries >= triesMax(alone) || attempts >= attemptsMax) {
            return false;
        }
        long hint = failure.details().retryAfter().map(Duration::toNanos).orElse(0L);
        if (hint > own.hintMax().toNanos() && !(alone && failure.kind() == Kind.RATE)) {
            return false;
        }
        var shut = gate.shut(candidates.get(index), now);
        if (shut.nanos() > 0 && shut.reason() != Kind.RATE) {
            return false;
        }
        long wait = new BackOff(own, random).after(failure, tries, now - startedAt);
        if (now + wait + USEFUL_NANOS - deadline > 0) {
            return false;
        }
        waitFor(wait, now);
        return true;
    }

    private int triesMax(boolean alone) {
        var own = candidates.get(index).settings(ofProcess);
        return alone ? own.aloneMax() : own.perCandidateMax();
    }

    /** True when this candidate is the only one this call can ask. */
    private boolean alone(long now) {
        return asked <= 1 && !othersLeft(0, now);
    }

    /** True when another one, who was not asked yet, may be asked within this time. */
    private boolean othersLeft(long within, long now) {
        return asked < settings.candidatesMax() && successors.left(index, hedged, within, now);
    }

    private Step failOpen(long now) {
        return switch (allShut.way(forced, deadline, now)) {
            case AllShut.Never never -> new GiveUp(never.failure());
            case AllShut.Later later -> {
                begin(later.candidate());
                yield waitFor(later.nanos(), now);
            }
            case AllShut.Anyway anyway -> {
                begin(anyway.candidate());
                asked++;
                gate.countFirst(anyway.candidate(), now);
                yield ask(anyway.candidate(), gate.force(anyway.candidate(), now), now);
            }
        };
    }

    private void begin(Candidate candidate) {
        forced = true;
        index = candidates.indexOf(candidate);
        tries = 0;
    }

    /** Attempts so far. */
    int attempts() {
        return attempts;
    }

    /** What went wrong so far, in order. */
    List<ProviderFailure> failures() {
        return failures.list();
    }

    /**
     * Who goes on with a stream that broke off: the next candidate that may be asked, else one that was asked with
     * another key of its provider. The route that failed is not asked again.
     *
     * @param tokens of the question and of what was delivered; a model whose window is known and smaller is left out
     */
    Optional<Ask> successor(long tokens, long now) {
        if (attempts >= attemptsMax) {
            return Optional.empty();
        }
        var another =
                asked < settings.candidatesMax() ? successors.next(index, tokens, now) : Optional.<Successor>empty();
        asked += another.isPresent() ? 1 : 0;
        return another.or(() -> successors.withOtherKey(tokens, now)).map(found -> take(found, false, now));
    }

    /** The same successor with another key, after this one was refused. */
    Optional<Ask> sameWithOtherKey(long now) {
        return attempts >= attemptsMax
                ? Optional.empty()
                : successors.withOtherKey(index, now).map(found -> take(found, false, now));
    }

    /** The same successor once more: in another mode, or on a fresh connection after a used one did not reach it. */
    Optional<Ask> sameSuccessor(boolean freshConnection, long now) {
        return attempts >= attemptsMax
                ? Optional.empty()
                : successors.same(index, now).map(found -> take(found, freshConnection, now));
    }

    private Ask take(Successor found, boolean freshConnection, long now) {
        index = found.index();
        fresh = freshConnection;
        return ask(candidates.get(index), found.leave(), now);
    }
}
