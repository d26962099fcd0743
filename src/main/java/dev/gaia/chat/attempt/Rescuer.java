package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.RescueSteps.Broken;
import dev.gaia.chat.attempt.RescueSteps.Resumed;
import dev.gaia.chat.catalogue.TokenEstimate;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.chat.rescue.Continuation;
import dev.gaia.chat.rescue.RescueRules;
import dev.gaia.chat.rescue.RescueSettings;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for a model that goes on with one stream, on a thread of its own, so that the client hears of it meanwhile.
 * Used by the reader of the stream; {@link #stop()} by any thread.
 */
final class Rescuer {

    private static final Logger LOG = LoggerFactory.getLogger("chat-rescue");
    private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();
    private static final Set<Kind> MENDABLE =
            EnumSet.of(Kind.BROKEN, Kind.TRANSIENT, Kind.RATE, Kind.SILENT, Kind.CONNECT, Kind.QUOTA);

    /** Asks others to go on; fails with a {@link ProviderFailure} when none does. */
    interface Asking {
        Resumed ask(Broken broken) throws Exception;
    }

    private final ModelCall call;
    private final ObjectNode document;
    private final RescueSettings settings;
    private final boolean allowed;
    private final boolean thinkingShown;
    private final Asking asking;
    private Optional<CompletableFuture<Resumed>> search = Optional.empty();
    private volatile Optional<Thread> thread = Optional.empty();
    private ProviderFailure cause = new ProviderFailure(Kind.BROKEN, "not broken");
    private int rescues;
    /** When the client last heard of the search. */
    private long toldAt;

    private boolean tokensUsedUp;
    /** True when nothing was forwarded before the cut, so that another model answers in place of the first. */
    private boolean failingOver;
    /** Tokens of the delivered text, and how many of its characters they stand for. */
    private long tokens;

    private int counted;
    private volatile boolean stopped;

    /** @param document the call in its neutral form, as it was asked */
    Rescuer(
            ModelCall call,
            ObjectNode document,
            RescueSettings settings,
            boolean allowed,
            boolean thinkingShown,
            Asking asking) {
        this.call = call;
        this.document = document;
        this.settings = settings;
        this.allowed = allowed;
        this.thinkingShown = thinkingShown;
        this.asking = asking;
    }

    ObjectNode document() {
        return document;
    }

    RescueSettings settings() {
        return settings;
    }

    boolean running() {
        return search.isPresent();
    }

    /** Why the stream broke off, the last time that it did. */
    ProviderFailure cause() {
        return cause;
    }

    /** True when nothing may follow, because what was delivered is all the caller allowed. */
    boolean tokensUsedUp() {
        return tokensUsedUp;
    }

    /** The text of the next model is taken: the event that says whose it is. */
    ObjectNode joined() {
        if (!failingOver) {
            call.resumed();
        }
        call.tellCandidate();
        var event = JsonNodeFactory.instance.objectNode();
        event.putObject(failingOver ? "answering" : "resumed")
                .put("provider", call.candidate().provider())
                .put("model", call.candidate().model());
        return event;
    }

    /** Begins to look for a model that goes on; false when none may. */
    boolean start(Delivery delivery, ProviderFailure failure) {
        cause = failure;
        var obstacle = obstacle(delivery, failure);
        if (obstacle.isPresent()) {
            LOG.warn(
                    "request {}: the stream of {} broke off ({}) and is not continued: {}",
                    call.caller().requestId(),
                    call.candidate().model(),
                    failure.getMessage(),
                    obstacle.get());
            return false;
        }
        if (!failingOver) {
            rescues++;
            call.rescueTried();
        }
        if (!tokensUsedUp) {
            again(delivery);
        }
        return true;
    }

    private Optional<String> obstacle(Delivery delivery, ProviderFailure failure) {
        failingOver = delivery.text().isEmpty() && !delivery.tooLong() && !(thinkingShown && delivery.reasoning());
        if (!allowed && !failingOver) {
            return Optional.of("it is switched off");
        }
        if (stopped) {
            return Optional.of("nobody waits for it any more");
        }
        if (!MENDABLE.contains(failure.kind()) || failure.details().has(Sign.LASTING)) {
            return Optional.of("another model must not mend this");
        }
        if (delivery.tooLong()) {
            return Optional.of("too much of it was delivered");
        }
        if (rescues >= settings.perCallMax() && !failingOver) {
            return Optional.of("it was continued often enough");
        }
        long left = call.deadlines().endBy() - System.nanoTime();
        if (left < (failingOver ? 0 : settings.timeLeftMin().toNanos())) {
            return Optional.of("the time is up");
        }
        var delivered = new RescueRules.Delivered(
                delivery.text(), delivery.toolCalls(), delivery.reasoning(), delivery.citations(), delivery.refusal());
        // What cannot be joined can be begun again.
        var obstacle = RescueRules.obstacle(failingOver ? NOTHING : document, delivered, thinkingShown);
        if (obstacle.isEmpty()) {
            count(delivery);
            tokensUsedUp = Continuation.usedUp(document, tokens);
        }
        return obstacle;
    }

    /** By the provider's count where there is one; of what a later model wrote, that holds what it repeated too. */
    private void count(Delivery delivery) {
        var text = delivery.text();
        if (!text.isEmpty()) {
            tokens += counted == 0 ? Usage.output(delivery.part()) : TokenEstimate.of(text.substring(counted));
            counted = text.length();
        }
    }

    /** True when an event that was left out may have held what nobody would miss: part of a call, or of a document. */
    boolean losesBySkipping(Delivery delivery, JsonNode next) {
        return delivery.toolCalls() || Delivery.callsTools(next) || RescueRules.structured(document);
    }

    /** Looks for the next model, after the last one gave another answer. */
    void again(Delivery delivery) {
        var found = new CompletableFuture<Resumed>();
        var broken = new Broken(document, delivery.text(), tokens);
        search = Optional.of(found);
        thread = Optional.of(Thread.ofVirtual().name("chat-rescue").start(() -> {
            try {
                var resumed = asking.ask(broken);
                if (!found.complete(resumed)) {
                    resumed.stream().close();
                }
            } catch (Exception e) {
                found.completeExceptionally(e);
            }
        }));
        if (stopped) {
            stop();
        }
    }

    /**
     * Waits for a model that goes on.
     *
     * @return empty when the client should hear that it is still being looked for
     * @throws ProviderFailure when there is none
     */
    Optional<Resumed> await() throws ProviderFailure, InterruptedException {
        try {
            var resumed = search.orElseThrow().get(settings.waitingInterval().toNanos(), TimeUnit.NANOSECONDS);
            search = Optional.empty();
            return Optional.of(resumed);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            search = Optional.empty();
            if (e.getCause() instanceof ProviderFailure failure) {
                throw failure;
            }
            if (!stopped) {
                LOG.error("request {}: the rescue failed", call.caller().requestId(), e.getCause());
            }
            throw new ProviderFailure(Kind.BROKEN, "the rescue failed");
        } finally {
            toldAt = System.nanoTime();
        }
    }

    /** True when the client is to hear once more that another model is about to go on; begins to count anew. */
    boolean quietForLong() {
        long now = System.nanoTime();
        if (now - toldAt <= settings.waitingInterval().toNanos()) {
            return false;
        }
        toldAt = now;
        return true;
    }

    /** The client left: whoever is being asked is let go. */
    void stop() {
        stopped = true;
        thread.ifPresent(Thread::interrupt);
    }
}
