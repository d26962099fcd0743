package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.AttemptPlan.GiveUp;
import dev.gaia.chat.attempt.AttemptPlan.Wait;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.rescue.RescueRules;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.link.Departure;
import dev.gaia.mapping.JsonStream;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;

/** The steps of {@code chat-provider}: plan a call, take the next candidate, judge what came of it, tell about it. */
final class AttemptSteps {

    /** Exchange variable: whether there is no answer yet, boolean. */
    static final String PENDING = "attemptPending";

    /** Exchange variable: the object {@code gateway} of answers, JSON. */
    static final String GATEWAY = "gateway";

    /** Exchange variable, and field of the call: whether the client, and the provider, give the answer in pieces. */
    static final String STREAM = "stream";

    /** Exchange variable: the answer without a word that is handed on, JSON; absent otherwise. */
    static final String EMPTY_ANSWER = "emptyAnswer";

    private static final String DEGRADED = "degraded";

    private final CallSource source;
    private final Gate gate;
    private final FailureTable table;
    /** For callers whom a refusal is not to stop. */
    private final FailureTable lenientTable;

    private final AttemptSettings settings;
    private final CallTimes times;
    private final AttemptFigures figures;
    private final AnswerStreams streams;
    private final Hedging hedging;

    AttemptSteps(
            CallSource source,
            Gate gate,
            FailureTable table,
            AttemptSettings settings,
            CallTimes times,
            AttemptFigures figures,
            AnswerStreams streams,
            Hedging hedging) {
        this.hedging = hedging;
        this.source = source;
        this.gate = gate;
        this.table = table;
        this.lenientTable = table.takingRefusalsOn();
        this.settings = settings;
        this.times = times;
        this.figures = figures;
        this.streams = streams;
    }

    /** Begins a call: who may answer it, and until when. */
    void planAttempts(Exchange exchange) {
        var candidates = source.candidates(exchange);
        var requested = candidates.getFirst();
        var limits = times.begin(exchange, requested);
        int attemptsMax = Math.max(
                1,
                exchange.getVariable(
                        ChatVariables.ATTEMPTS_MAX, requested.settings(settings).perCallMax(), Integer.class));
        var caller = source.caller(exchange);
        boolean lenient = requested.settings(settings).refusalFallback().contains(caller.userId());
        var plan = new AttemptPlan(
                candidates,
                gate,
                lenient ? lenientTable : table,
                settings,
                ThreadLocalRandom.current(),
                limits.answerBy(),
                attemptsMax);
        var call = new ModelCall(
                plan, gate, figures, caller, limits, Departure.of(exchange), requested, turn(exchange, requested));
        exchange.setVariable(ModelCall.VARIABLE, call);
        exchange.setVariable(GATEWAY, call.turn().object());
        exchange.setVariable(PENDING, true);
        hedging.countCall(System.nanoTime());
    }

    /** That of the call before, when this one goes on with the same answer; said for one call only. */
    private static TurnGateway turn(Exchange exchange, Candidate requested) {
        boolean further = exchange.getVariable(ChatVariables.FURTHER_ROUND, false, Boolean.class);
        exchange.removeVariable(ChatVariables.FURTHER_ROUND);
        return further ? call(exchange).turn() : new TurnGateway(requested, ChatTurn.of(exchange));
    }

    /**
     * Takes the candidate to ask now, after the wait that goes before it. When nobody is left to ask and none of them
     * had a word to say, the last one's empty answer is left in {@value #EMPTY_ANSWER}, and nothing is pending.
     *
     * @throws ProviderFailure when nobody is left to ask, or the process stops
     */
    void takeCandidate(Exchange exchange) throws ProviderFailure, InterruptedException {
        var call = call(exchange);
        while (true) {
            switch (call.plan().next(System.nanoTime())) {
                case Ask ask -> {
                    try {
                        begin(exchange, call, ask);
                    } catch (RuntimeException | Error defect) {
                        // Nobody judges what was not asked, and the leave would be out for ever.
                        call.defective();
                        throw defect;
                    }
                    return;
                }
                case Wait wait -> times.pause(wait);
                case GiveUp end -> {
                    exchange.setVariable(EMPTY_ANSWER, call.emptyAnswer().orElseThrow(end::failure));
                    exchange.setVariable(PENDING, false);
                    return;
                }
            }
        }
    }

    private void begin(Exchange exchange, ModelCall call, Ask ask) {
        times.attempt(exchange, call, ask);
        var failures = call.failures();
        source.choose(
                exchange,
                ask.candidate(),
                call.fallback(),
                failures.isEmpty() ? Optional.empty() : Optional.of(failures.getLast()));
        fitForm(exchange, source.call(exchange), ask.candidate());
        offerHedge(exchange, call, ask);
    }

    /** Says whether this model is asked for a stream: for a client that reads one, and where it is put together here. */
    static void fitForm(Exchange exchange, ObjectNode document, Candidate candidate) {
        boolean stream = exchange.getVariable(STREAM, false, Boolean.class);
        document.put(STREAM, stream || (candidate.traits().collects() && RescueRules.oneAnswer(document)));
    }

    /** Says after how long a second model may be asked beside the first one of a call. */
    private void offerHedge(Exchange exchange, ModelCall call, Ask ask) {
        exchange.removeVariable(HedgeSteps.HEDGE_AFTER);
        if (call.plan().attempts() == 1 && !ask.alone()) {
            hedging.delay(ask.candidate(), source.call(exchange))
                    .ifPresent(nanos -> exchange.setVariable(HedgeSteps.HEDGE_AFTER, nanos));
        }
    }

    /** Takes the answer in the body for the call's answer. */
    void acceptAnswer(Exchange exchange) {
        var call = call(exchange);
        call.tellCandidate();
        if (exchange.getMessage().getBody() instanceof JsonStream stream) {
            exchange.getMessage().setBody(streams.open(exchange, call, stream));
        } else {
            account(exchange, call);
        }
        exchange.setVariable(PENDING, false);
    }

    private void account(Exchange exchange, ModelCall call) {
        var reply = exchange.getMessage().getBody(ObjectNode.class);
        var usage = reply.path("usage");
        boolean estimated = !Usage.complete(usage);
        if (estimated) {
            var counted = Usage.merge(Usage.none(), usage);
            var asked = source.call(exchange);
            var text = reply.path("text").asText("");
            Usage.estimate(
                    counted, source.promptTokens(call.candidate(), asked), source.tokens(call.candidate(), text));
            reply.set("usage", counted);
            call.turn().estimated();
        }
        call.succeeded(reply.path("finish_reason").asText(), reply.path("usage"), estimated);
        call.turn().billed(call.candidate(), reply.path("usage"));
        if (!call.alsoBilled().isEmpty()) {
            var all = Usage.merge(Usage.none(), reply.path("usage"));
            Usage.add(all, call.alsoBilled());
            reply.set("usage", all);
            call.turn().estimated();
        }
    }

    /** Judges why an attempt has no answer: what is no failure of a provider ends the call. */
    void judgeFailure(Exchange exchange) throws Exception {
        var call = call(exchange);
        var cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        var billed = call.receivedUsage(source.call(exchange));
        if (cause instanceof ProviderFailure refused) {
            var failure = refused.ofQuestion();
            call.failed(failure, billed, !billed.isEmpty());
            call.plan().failed(failure, System.nanoTime());
            call.turn().failed(failure);
            return;
        }
        if (cause instanceof InterruptedException) {
            call.left(billed, !billed.isEmpty());
        } else {
            call.released("local", Optional.of("gateway"), billed, !billed.isEmpty());
        }
        switch (cause) {
            case Exception exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(cause);
        }
    }

    /** Tells who answered, into headers and variables. */
    void tellAttempts(Exchange exchange) {
        var call = call(exchange);
        AttemptHeaders.of(call).forEach(exchange.getMessage()::setHeader);
        if (call.turn().object().path("fallback_used").asBoolean()) {
            exchange.setVariable(DEGRADED, "provider");
            // The model that was wanted may have answered last, after tools ran.
            ChatTurn.of(exchange).put("fallback_used", true);
        }
    }

    static ModelCall call(Exchange exchange) {
        return exchange.getVariable(ModelCall.VARIABLE, ModelCall.class);
    }
}
