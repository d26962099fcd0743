package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.catalogue.TokenEstimate;
import dev.gaia.chat.provider.Attempt;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.link.Departure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a model on its way, as the exchange variable {@value #VARIABLE} carries it: the plan, the attempt under
 * way, and what is told of it all. Used by one thread at a time, but for the ends of attempts, which may come from the
 * thread on which a client leaves.
 */
public final class ModelCall {

    private static final Logger LOG = LoggerFactory.getLogger("chat-provider");

    /** The exchange variable. */
    public static final String VARIABLE = "modelCall";

    private static final String OK = "ok";
    private static final Set<String> REFUSING = Set.of("content_filter", "refusal");

    /** An attempt under way. */
    private record Running(Ask ask, Attempt attempt, int number, long startedAt, Instant startedOn) {}

    private final AttemptPlan plan;
    private final Gate gate;
    private final AttemptFigures figures;
    private final Caller caller;
    private final Candidate requested;
    private final TurnGateway turn;
    private final AtomicReference<Running> running = new AtomicReference<>();
    /** A second request beside it. */
    private final AtomicReference<Running> hedge = new AtomicReference<>();

    private final ObjectNode alsoBilled = Usage.none();
    private final CallTimes.Deadlines deadlines;
    private final Departure departure;
    private volatile Ask last;
    private String idempotencyKey = "";
    private String received = "";
    private volatile Optional<JsonNode> wordless = Optional.empty();
    private volatile boolean stopping;

    /** Who called, for the ledger and the log. */
    public record Caller(String requestId, String userId) {}

    ModelCall(
            AttemptPlan plan,
            Gate gate,
            AttemptFigures figures,
            Caller caller,
            CallTimes.Deadlines deadlines,
            Departure departure,
            Candidate requested,
            TurnGateway turn) {
        this.plan = plan;
        this.gate = gate;
        this.figures = figures;
        this.caller = caller;
        this.deadlines = deadlines;
        this.departure = departure;
        this.requested = requested;
        this.turn = turn;
        turn.beginCall();
    }

    AttemptPlan plan() {
        return plan;
    }

    Caller caller() {
        return caller;
    }

    CallTimes.Deadlines deadlines() {
        return deadlines;
    }

    String idempotencyKey() {
        return idempotencyKey;
    }

    void idempotencyKey(String key) {
        idempotencyKey = key;
    }

    /** What is told of the turn that this call belongs to; changed as the call goes on. */
    TurnGateway turn() {
        return turn;
    }

    /** True when the time in which there must be an answer has passed. */
    public boolean late() {
        return System.nanoTime() - deadlines.answerBy() >= 0;
    }

    /** The candidate that is or was asked last. */
    Candidate candidate() {
        return last.candidate();
    }

    /** True when nobody else could be asked at the last attempt. */
    public boolean alone() {
        return last.alone();
    }

    /** True when the candidate asked last is not the one that was wanted. */
    boolean fallback() {
        return !candidate().equals(requested);
    }

    /** What went wrong so far in this call. */
    List<ProviderFailure> failures() {
        return plan.failures();
    }

    /** Keeps what was read of a whole answer that then broke off: nobody sees it, but it may be billed. */
    public void received(String text) {
        received = text;
    }

    /** The same, as it is counted; empty when nothing was. */
    ObjectNode receivedUsage(JsonNode document) {
        var usage = Usage.none();
        if (!received.isEmpty()) {
            Usage.estimate(usage, TokenEstimate.ofCall(document), TokenEstimate.of(received));
        }
        return usage;
    }

    /** Keeps an answer that ended properly without a word: another model may have more to say. */
    public void saidNothing(JsonNode reply) {
        wordless = Optional.of(reply);
    }

    /** That answer, when all that was asked said as little (failures F35). */
    Optional<JsonNode> emptyAnswer() {
        return wordless.filter(reply ->
                failures().stream().allMatch(failure -> failure.details().has(Sign.EMPTY)));
    }

    void begin(Ask ask, Attempt attempt, long now) {
        if (last != null && last.candidate().equals(ask.candidate())) {
            figures.countAgain(ask.candidate());
        } else if (!ask.candidate().equals(requested)) {
            figures.countFailOver(ask.candidate());
        }
        last = ask;
        received = "";
        running.set(running(ask, attempt, now));
        turn.attempts(plan.attempts());
    }

    /** A second request goes out beside the one under way. */
    void beginHedge(Ask ask, Attempt attempt, long now) {
        hedge.set(running(ask, attempt, now));
        turn.attempts(plan.attempts());
    }

    /** Its host is known to be there as soon as it answers, while its model has to come to an end first. */
    private Running running(Ask ask, Attempt attempt, long now) {
        attempt.whenReached(() -> gate.reached(ask.leave(), System.nanoTime()));
        return new Running(ask, attempt, plan.attempts(), now, Instant.now());
    }

    /** The second request answers; the first one was let go, or has failed already. */
    void hedgeWon(ObjectNode billed) {
        end().ifPresent(lost -> release(lost, billed));
        running.set(hedge.getAndSet(null));
        last = running.get().ask();
        plan.hedgeWon();
        figures.countFailOver(candidate());
    }

    /** The first request answers, or nobody waits any more: the second one was let go. */
    void hedgeLost(ObjectNode billed) {
        Optional.ofNullable(hedge.getAndSet(null)).ifPresent(lost -> release(lost, billed));
    }

    /** The second request failed; the first one decides. */
    void hedgeFailed(Exception cause) {
        var lost = hedge.getAndSet(null);
        if (cause instanceof ProviderFailure failure) {
            fail(lost, failure, JsonNodeFactory.instance.objectNode(), false);
            plan.hedgeFailed(failure);
            turn.failed(failure);
        } else {
            gate.released(lost.ask().candidate(), lost.ask().leave());
            write(lost, "local", OptionalLong.empty(), Usage.none(), false, Optional.of("gateway"));
        }
    }

    private void release(Running lost, ObjectNode billed) {
        gate.released(lost.ask().candidate(), lost.ask().leave());
        Usage.add(alsoBilled, billed);
        turn.billed(lost.ask().candidate(), billed);
        write(lost, "hedged", OptionalLong.empty(), billed, true, Optional.of("gateway"));
    }

    /** Counts of requests that were let go although they may be billed, by our own count; empty without any. */
    ObjectNode alsoBilled() {
        return alsoBilled;
    }

    /** Names the candidate asked last as the one whose words the client reads. */
    void tellCandidate() {
        turn.answeredBy(candidate(), fallback());
    }

    /** Events of the attempt under way, or just ended, that were left out. */
    void tellSkipped() {
        turn.skipped(skipped());
    }

    /** An event came after the end of the answer: what it holds is counted and logged, and nobody sees it (F25). */
    public void afterEnd(JsonNode event) {
        if (event.hasNonNull("error")) {
            LOG.info(
                    "request {}: {} sent an error after its whole answer",
                    caller.requestId(),
                    candidate().model());
        } else if (!event.path("text").asText("").isEmpty()
                || event.hasNonNull("tool_calls")
                || event.path("finish_reason").isTextual()) {
            figures.countLate(candidate());
        }
    }

    /** Events of the attempt under way that were left out. */
    public int skipped() {
        var now = running.get();
        return now == null ? 0 : now.attempt().skippedEvents();
    }

    /** Says that the client has only part of an answer, or nothing. */
    public void brokeOff(boolean truncated) {
        if (turn.brokeOff(truncated)) {
            figures.countTruncated(candidate());
        }
    }

    /** Says that another model is looked for to go on with the answer. */
    void rescueTried() {
        figures.countRescueTried(candidate());
    }

    /** Says that another model goes on with the answer. */
    void resumed() {
        figures.countRescue(candidate());
        turn.resumed();
    }

    /** @param finishReason why the model stopped; a refusal says nothing of whether it works */
    void succeeded(String finishReason, JsonNode usage, boolean estimated) {
        end().ifPresent(attempt -> {
            if (REFUSING.contains(finishReason)) {
                gate.released(attempt.ask().candidate(), attempt.ask().leave());
            } else {
                gate.succeeded(attempt.ask().candidate(), attempt.ask().leave(), System.nanoTime());
            }
            write(attempt, OK, OptionalLong.of(200), usage, estimated, Optional.empty());
        });
    }

    /** Ends the attempt with a failure; {@code usage} is what the provider may bill all the same. */
    void failed(ProviderFailure failure, JsonNode usage, boolean estimated) {
        end().ifPresent(attempt -> fail(attempt, failure, usage, estimated));
    }

    private void fail(Running attempt, ProviderFailure failure, JsonNode usage, boolean estimated) {
        gate.failed(attempt.ask().candidate(), attempt.ask().leave(), failure, System.nanoTime());
        var status = failure.details().status();
        write(
                attempt,
                FailureTable.nameOf(failure.kind()),
                status == 0 ? OptionalLong.empty() : OptionalLong.of(status),
                usage,
                estimated,
                cancelled(failure));
    }

    private static Optional<String> cancelled(ProviderFailure failure) {
        var details = failure.details();
        boolean ours = failure.kind() == Kind.SILENT || details.has(Sign.LET_GO) || details.has(Sign.STOPPING);
        return ours ? Optional.of("gateway") : Optional.empty();
    }

    /** The process stops: whatever is let go from now on was not left by its caller. */
    void stop() {
        stopping = true;
    }

    boolean stopping() {
        return stopping;
    }

    /** Ends an attempt that nobody waits for any more: the caller left, or the platform stops or gave up. */
    void left(JsonNode usage, boolean estimated) {
        boolean ours = stopping || departure.reason() != Departure.Reason.CALLER;
        released(ours ? "local" : "caller-gone", Optional.of(ours ? "gateway" : "caller"), usage, estimated);
    }

    /** Ends the attempt without a word on the provider: the text could not be used, or was enough. */
    void released(String outcome, Optional<String> cancelledBy, JsonNode usage, boolean estimated) {
        end().ifPresent(attempt -> {
            gate.released(attempt.ask().candidate(), attempt.ask().leave());
            write(attempt, outcome, OptionalLong.empty(), usage, estimated, cancelledBy);
        });
    }

    /** Ends an attempt that a defect of this process kept from being made, or from being judged. */
    void defective() {
        released("local", Optional.of("gateway"), JsonNodeFactory.instance.objectNode(), false);
    }

    private Optional<Running> end() {
        return Optional.ofNullable(running.getAndSet(null));
    }

    private void write(
            Running attempt,
            String outcome,
            OptionalLong status,
            JsonNode usage,
            boolean estimated,
            Optional<String> cancelledBy) {
        var candidate = attempt.ask().candidate();
        long first = attempt.attempt().firstContentAt();
        long duration = millis(System.nanoTime() - attempt.startedAt());
        if (!OK.equals(outcome)) {
            LOG.info(
                    "request {}: attempt {} at {} {} ended {}{} after {} ms",
                    caller.requestId(),
                    attempt.number(),
                    candidate.provider(),
                    candidate.model(),
                    outcome,
                    status.isPresent() ? " (status " + status.getAsLong() + ")" : "",
                    duration);
        }
        if (attempt.attempt().longestPause() > 0) {
            figures.pause(candidate, attempt.attempt().longestPause());
        }
        figures.add(new AttemptRow(
                attempt.startedOn(),
                caller.requestId(),
                caller.userId(),
                attempt.number(),
                candidate.provider(),
                candidate.model(),
                outcome,
                status,
                first == 0 ? OptionalLong.empty() : OptionalLong.of(millis(first - attempt.startedAt())),
                duration,
                usage.path("input_tokens").isNumber() ? OptionalLong.of(Usage.input(usage)) : OptionalLong.empty(),
                Usage.output(usage),
                estimated,
                cancelledBy,
                candidate
                        .traits()
                        .price()
                        .filter(price -> !usage.isEmpty())
                        .map(price -> price.of(Usage.input(usage), Usage.cached(usage), Usage.output(usage)))));
    }

    private static long millis(long nanos) {
        return Math.max(0, nanos / 1_000_000);
    }
}
