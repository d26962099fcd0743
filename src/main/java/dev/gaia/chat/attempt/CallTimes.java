package dev.gaia.chat.attempt;

import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.AttemptPlan.Wait;
import dev.gaia.chat.provider.Attempt;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.chat.provider.UpstreamTimes;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.link.ClientLimit;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;

/**
 * The deadlines of a call and the limits of its attempts: section 2 of the failure contract. A smaller limit wins that
 * the client sends ({@link ClientLimit}) or the route sets ({@link ChatVariables#ANSWER_WITHIN}).
 */
final class CallTimes {

    private static final String IDEMPOTENCY_KEY = "idempotency-key";

    private final UpstreamClient client;
    private final AttemptSettings settings;

    CallTimes(UpstreamClient client, AttemptSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /** Until when a call must be answered, and a stream be at its end; moments of {@link System#nanoTime()}. */
    record Deadlines(long answerBy, long endBy) {}

    /** @param requested by whose settings the call has its time */
    Deadlines begin(Exchange exchange, Candidate requested) {
        long now = System.nanoTime();
        var own = requested.settings(settings);
        boolean stream = exchange.getVariable(AttemptSteps.STREAM, false, Boolean.class);
        long answer = (stream ? own.firstTokenDeadline() : own.wholeDeadline()).toNanos();
        long end = stream ? times(requested).endBy() - now : answer;
        var wanted = ClientLimit.left(exchange);
        if (wanted.isPresent()) {
            answer = Math.min(answer, wanted.getAsLong());
            end = Math.min(end, wanted.getAsLong());
        }
        var set = set(exchange, now);
        if (set.isPresent()) {
            answer = Math.min(answer, set.getAsLong());
            end = Math.min(end, set.getAsLong());
        }
        return new Deadlines(now + answer, now + end);
    }

    /** Nanoseconds that are left of the time the route set. */
    private static OptionalLong set(Exchange exchange, long now) {
        if (exchange.getVariable(ChatVariables.ANSWER_BY) == null) {
            var within = exchange.getVariable(ChatVariables.ANSWER_WITHIN, Duration.class);
            if (within == null) {
                return OptionalLong.empty();
            }
            exchange.setVariable(ChatVariables.ANSWER_BY, now + within.toNanos());
        }
        return OptionalLong.of(exchange.getVariable(ChatVariables.ANSWER_BY, Long.class) - now);
    }

    /**
     * Waits as the plan says.
     *
     * @throws ProviderFailure when the process stops meanwhile
     */
    void pause(Wait wait) throws ProviderFailure, InterruptedException {
        client.pause(wait.nanos());
    }

    /** Begins an attempt: its limits go to the connection in the variable {@value Attempt#VARIABLE}. */
    Attempt attempt(Exchange exchange, ModelCall call, Ask ask) {
        return begin(exchange, call, ask, attempt(call, ask, limits(call, ask)));
    }

    /** The same for a second request beside one that is slow, whose exchange is to get it. */
    Attempt hedge(ModelCall call, Ask ask) {
        var attempt = attempt(call, ask, limits(call, ask));
        call.beginHedge(ask, attempt, System.nanoTime());
        return attempt;
    }

    private UpstreamTimes limits(ModelCall call, Ask ask) {
        var limits = limits(call, ask, call.deadlines().answerBy());
        var patient = ask.lastWait() ? limits.patiently() : limits;
        var idle = ask.candidate().settings(settings).idleTimeoutAlone();
        return ask.alone() ? patient.idle(idle.toNanos()) : patient;
    }

    /** Those of the settings, but where the catalogue has others for this model. */
    private UpstreamTimes limits(ModelCall call, Ask ask, long answerBy) {
        var candidate = ask.candidate();
        var limits = times(candidate).within(answerBy, call.deadlines().endBy());
        return candidate.traits().reasoning()
                ? limits.firstToken(candidate
                        .settings(settings)
                        .reasoningFirstTokenTimeout()
                        .toNanos())
                : limits;
    }

    private UpstreamTimes times(Candidate candidate) {
        return candidate
                .traits()
                .own()
                .map(ModelSettings::provider)
                .map(client::times)
                .orElseGet(client::times);
    }

    private static Attempt attempt(ModelCall call, Ask ask, UpstreamTimes limits) {
        return new Attempt(limits, ask.freshConnection(), ask.leave().key(), headers(call, ask));
    }

    /** The same for an attempt that goes on with a stream: its silence is told as often as said. */
    Attempt continuation(Exchange exchange, ModelCall call, Ask ask, Duration quiet) {
        var limits = limits(call, ask, call.deadlines().endBy()).keepAlive(quiet.toNanos());
        return begin(exchange, call, ask, attempt(call, ask, limits));
    }

    private static Attempt begin(Exchange exchange, ModelCall call, Ask ask, Attempt attempt) {
        exchange.setVariable(Attempt.VARIABLE, attempt);
        call.begin(ask, attempt, System.nanoTime());
        return attempt;
    }

    /** A request sent once more after it met no answer at all keeps its key, so that it is done once. */
    private static Map<String, String> headers(ModelCall call, Ask ask) {
        if (!ask.freshConnection()) {
            var random = ThreadLocalRandom.current();
            call.idempotencyKey(HexFormat.of().toHexDigits(random.nextLong())
                    + HexFormat.of().toHexDigits(random.nextLong()));
        }
        var id = call.caller().requestId();
        var key = call.idempotencyKey();
        return call.failures().stream().anyMatch(failure -> failure.details().has(Sign.UNREADABLE))
                ? Map.of(Attempt.REQUEST_ID, id, IDEMPOTENCY_KEY, key, Attempt.ACCEPT_ENCODING, "identity")
                : Map.of(Attempt.REQUEST_ID, id, IDEMPOTENCY_KEY, key);
    }
}
