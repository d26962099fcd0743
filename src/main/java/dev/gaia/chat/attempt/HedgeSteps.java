package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.catalogue.TokenEstimate;
import dev.gaia.chat.provider.Attempt;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.mapping.JsonStream;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;

/**
 * The step of {@code chat-hedge}: a race between the model that was taken and, when it is slow, the next one. Whoever
 * begins to answer first wins, and the other one is let go at once.
 */
final class HedgeSteps {

    /** Exchange variable: nanoseconds after which a second model is asked; absent when none may be. */
    static final String HEDGE_AFTER = "hedgeAfter";

    private final CallSource source;
    private final CallTimes times;
    private final Hedging hedging;
    private final ProducerTemplate template;

    HedgeSteps(CallSource source, CallTimes times, Hedging hedging, CamelContext camel) {
        this.source = source;
        this.times = times;
        this.hedging = hedging;
        this.template = camel.createProducerTemplate();
    }

    /** One of the two requests, on a thread of its own; puts itself into the queue when it begins to answer, or fails. */
    private final class Racer {

        private final Thread thread;
        private Optional<Exchange> outcome = Optional.empty();
        private boolean cancelled;

        Racer(BlockingQueue<Racer> finished, Processor question) {
            thread = Thread.ofVirtual().name("chat-hedge").start(() -> {
                end(template.send("direct:chat-attempt", question));
                finished.add(this);
            });
        }

        private synchronized void end(Exchange ended) {
            outcome = Optional.of(ended);
            if (cancelled) {
                close();
            }
        }

        private synchronized Exception failure() {
            var cause = outcome.orElseThrow().getException();
            return cause instanceof ProviderFailure failure ? failure.ofQuestion() : cause;
        }

        private synchronized Object body() {
            return outcome.orElseThrow().getMessage().getBody();
        }

        synchronized void cancel() {
            cancelled = true;
            thread.interrupt();
            close();
        }

        private void close() {
            if (outcome.isPresent() && body() instanceof JsonStream stream) {
                stream.close();
            }
        }
    }

    /** Asks the model that was taken, and perhaps the next one; leaves the answer that began first. */
    void raceAttempts(Exchange exchange) throws Exception {
        var call = AttemptSteps.call(exchange);
        var finished = new LinkedBlockingQueue<Racer>();
        var variables = new HashMap<>(exchange.getVariables());
        var first = new Racer(finished, asked -> variables.forEach(asked::setVariable));
        Optional<Racer> second = Optional.empty();
        try {
            var early = finished.poll(exchange.getVariable(HEDGE_AFTER, Long.class), TimeUnit.NANOSECONDS);
            var ask = early == null ? hedge(call) : Optional.<Ask>empty();
            if (ask.isEmpty()) {
                take(exchange, early == null ? finished.take() : early);
                return;
            }
            var question = question(exchange, call, ask.get());
            var hedged = new Racer(finished, asked -> {
                variables.forEach(asked::setVariable);
                question.process(asked);
            });
            second = Optional.of(hedged);
            var winner = finished.take();
            if (winner == first && (winner.failure() == null || isLastWord(call, winner.failure()))) {
                hedged.cancel();
                call.hedgeLost(promptOf(exchange));
            } else if (winner.failure() != null) {
                winner = afterFailure(call, winner, finished.take(), first);
            } else {
                first.cancel();
            }
            if (winner == hedged) {
                call.hedgeWon(promptOf(exchange));
                source.choose(exchange, call.candidate(), true, Optional.empty());
            }
            take(exchange, winner);
        } catch (InterruptedException e) {
            first.cancel();
            second.ifPresent(racer -> {
                racer.cancel();
                call.hedgeLost(promptOf(exchange));
            });
            throw e;
        }
    }

    private Optional<Ask> hedge(ModelCall call) {
        long now = System.nanoTime();
        return hedging.tryHedge(now) ? call.plan().hedge(now) : Optional.empty();
    }

    /**
     * The second request, which has a call and a turn of its own, so that neither sees the other's model. It counts as
     * under way from here on: the first one may answer before this one's thread has got anywhere.
     */
    private Processor question(Exchange exchange, ModelCall call, Ask ask) {
        var document = source.call(exchange).deepCopy();
        var turn = exchange.getVariable(ChatVariables.TURN, ObjectNode.class).deepCopy();
        var attempt = times.hedge(call, ask);
        return asked -> {
            asked.setVariable(ChatVariables.CALL, document);
            asked.setVariable(ChatVariables.TURN, turn);
            asked.setVariable(Attempt.VARIABLE, attempt);
            source.choose(asked, ask.candidate(), true, Optional.empty());
            AttemptSteps.fitForm(asked, source.call(asked), ask.candidate());
        };
    }

    /** The second one must not answer what the first one refused. */
    private static boolean isLastWord(ModelCall call, Exception cause) {
        return cause instanceof ProviderFailure failure && call.plan().ends(failure);
    }

    /** One of the two failed: the other one decides. What is left to judge is always the failure of the first. */
    private static Racer afterFailure(ModelCall call, Racer failed, Racer other, Racer first) {
        var nothing = JsonNodeFactory.instance.objectNode();
        if (failed != first) {
            call.hedgeFailed(failed.failure());
            return other;
        }
        if (other.failure() != null) {
            call.hedgeFailed(other.failure());
            return failed;
        }
        if (failed.failure() instanceof ProviderFailure failure) {
            call.failed(failure, nothing, false);
        }
        return other;
    }

    private static void take(Exchange exchange, Racer racer) throws Exception {
        if (racer.failure() != null) {
            throw racer.failure();
        }
        exchange.getMessage().setBody(racer.body());
    }

    /** What a provider bills for a request that was let go before its answer, by our own count. */
    private ObjectNode promptOf(Exchange exchange) {
        var usage = Usage.none();
        Usage.estimate(usage, TokenEstimate.ofCall(source.call(exchange)), 0);
        return usage;
    }
}
