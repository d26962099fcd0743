package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.provider.ClassifyFailure;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.chat.rescue.Seam;
import dev.gaia.chat.rescue.StopSeam;
import dev.gaia.mapping.JsonStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The neutral events of an answer, over all models that wrote it.
 *
 * <pre>
 *   FLOWING ──cut, stall, error──► WAITING ──another model──► JOINING ──seam found──► FLOWING
 *      │                              │ nobody may go on         │ another answer
 *      ▼ finish reason                ▼                          ▼
 *   COMPLETE                        FAILED                     WAITING
 * </pre>
 *
 * <p>Reads as the source does and adds: {@code {"waiting":true}} while another model is asked, {@code {"resumed":
 * {"provider","model"}}} at a seam, {@code answering} with the same where there is nothing to go on with, and one last
 * event with {@code finish_reason}, {@code usage} of all models, {@code gateway} and {@code end}. Without a finish reason
 * it ends with an {@link IOException} whose cause is a {@link ProviderFailure}: what was read is not whole.
 */
final class AnswerStream implements JsonStream {

    private static final JsonNode WAITING =
            JsonNodeFactory.instance.objectNode().put("waiting", true);
    private static final Details LET_GO = Details.NONE.with(Sign.LET_GO);

    private final ModelCall call;
    private final ClassifyFailure classify;
    private final Rescuer rescuer;
    private final ArrayDeque<JsonNode> ready = new ArrayDeque<>();
    private final Delivery delivery;
    private final Outlet outlet;

    private volatile JsonStream source;
    private volatile boolean closed;
    /** The call as the model that writes was given it. */
    private volatile ObjectNode asked;

    private Optional<Joining> seam = Optional.empty();
    /** Whether whoever was to go on refused to. */
    private boolean declined;

    private Optional<Ending> ending = Optional.empty();
    private boolean over;

    private final Consumer<AnswerStream> ended;

    /** @param ended told once, when nothing more comes */
    AnswerStream(
            ModelCall call,
            JsonStream source,
            ClassifyFailure classify,
            Rescuer rescuer,
            Runaway runaway,
            TokenCounts counts,
            Consumer<AnswerStream> ended) {
        this.ended = ended;
        this.call = call;
        this.source = source;
        this.classify = classify;
        this.rescuer = rescuer;
        this.asked = rescuer.document();
        this.delivery = new Delivery(call.candidate(), counts, call.turn());
        this.outlet = new Outlet(ready, delivery, runaway);
    }

    @Override
    public Optional<JsonNode> next() throws IOException, InterruptedException {
        try {
            while (ready.isEmpty() && !over) {
                if (rescuer.running()) {
                    await();
                } else {
                    read();
                }
            }
        } catch (RuntimeException defect) {
            defective();
            throw defect;
        }
        return Optional.ofNullable(ready.poll());
    }

    /** A defect of this process: neither the model nor the client is to blame for the end. */
    private void defective() {
        if (!over) {
            end();
            rescuer.stop();
            source.close();
            delivery.endPart(asked, false);
            call.released("local", Optional.of("gateway"), delivery.part(), true);
            call.brokeOff(delivery.any());
        }
    }

    private void read() throws IOException, InterruptedException {
        Optional<JsonNode> event;
        try {
            event = source.next();
        } catch (IOException e) {
            sourceEnded(
                    e.getCause() instanceof ProviderFailure failure
                            ? failure
                            : new ProviderFailure(Kind.BROKEN, String.valueOf(e.getMessage())));
            return;
        }
        if (event.isEmpty()) {
            sourceEnded(new ProviderFailure(Kind.BROKEN, "the stream ended without a finish reason"));
            return;
        }
        take(event.get());
        if (seam.isPresent() && ready.isEmpty() && rescuer.quietForLong()) {
            ready.add(WAITING);
        }
    }

    /** @param early what it means unless the answer was at its end */
    private void sourceEnded(ProviderFailure early) throws IOException {
        if (ending.isPresent()) {
            complete();
        } else {
            broke(early);
        }
    }

    private void take(JsonNode event) throws IOException {
        if (event.isMissingNode()) {
            if (seam.isPresent()) {
                decide(seam.get().look());
            } else {
                ready.add(event);
            }
            return;
        }
        delivery.usage(event.path("usage"));
        if (ending.isEmpty() && call.skipped() > 0 && rescuer.losesBySkipping(delivery, event)) {
            var lost = "an event that is not JSON may have held part of the answer";
            broke(new ProviderFailure(Kind.BROKEN, lost, LET_GO.with(Sign.LASTING)));
            return;
        }
        if (ending.isPresent()) {
            // What comes after the first ending is not handed on, but its figures count.
            call.afterEnd(event);
            if (event.path("end").asBoolean(false) || event.hasNonNull("error")) {
                complete();
            }
            return;
        }
        if (event.hasNonNull("error")) {
            broke(classify.ofError(event.get("error")));
            return;
        }
        var text = event.path("text");
        boolean speaks = text.isTextual() && !text.textValue().isEmpty();
        if (speaks) {
            source.begun();
            text(event, text.textValue());
        }
        if (!(speaks && event.size() == 1) && Delivery.holdsOther(event)) {
            source.begun();
            other(Delivery.others(event));
        } else if (!speaks
                && event.path("usage").isObject()
                && !event.path(Ending.REASON).isTextual()) {
            ready.add(event);
        }
        if (event.path(Ending.REASON).isTextual() && !over) {
            finish(event);
        }
    }

    private void text(JsonNode event, String text) throws IOException {
        if (seam.isPresent() || declined) {
            delivery.held(text);
            if (seam.isPresent()) {
                decide(seam.get().offer(text));
            }
            return;
        }
        judge(outlet.text(event, text));
    }

    /** Ends an answer that has gone on for too long, or to a stop sequence that nobody else could see. */
    private void judge(Runaway.Verdict verdict) throws IOException {
        if (outlet.stop().isPresent()) {
            letGo();
            call.succeeded("stop", delivery.part(), true);
            finishAs("stop");
            return;
        }
        switch (verdict) {
            case FINE -> {}
            case TOO_LONG -> {
                letGo();
                call.released("length", Optional.of("gateway"), delivery.part(), true);
                finishAs("length");
            }
            case LOOPS -> {
                letGo();
                var failure = new ProviderFailure(Kind.BROKEN, "the answer repeats itself without end", LET_GO);
                call.failed(failure, delivery.part(), true);
                fail(failure);
            }
        }
    }

    private void letGo() {
        source.close();
        call.tellSkipped();
        delivery.endPart(asked, false);
    }

    /** Ends the answer before its model does. */
    private void finishAs(String reason) {
        var early = Ending.of(reason, outlet.stop());
        ending = Optional.of(early);
        end();
        ready.add(early.event(delivery, call));
    }

    private void finish(JsonNode event) throws IOException {
        if (seam.isPresent()) {
            conclude(event.path(Ending.REASON).textValue());
        }
        if (goesOn()) {
            judge(outlet.rest());
        }
        if (!goesOn()) {
            return;
        }
        var last = Ending.of(event);
        ending = Optional.of(declined ? last.filtered() : last);
        source.finishing();
        if (event.path("end").asBoolean(false)) {
            complete();
        }
    }

    private void complete() {
        end();
        source.close();
        call.tellSkipped();
        boolean estimated = delivery.endPart(asked, true);
        var last = ending.orElseThrow();
        call.succeeded(last.reason(), delivery.part(), estimated);
        ready.add(last.event(delivery, call));
    }

    private void end() {
        over = true;
        ended.accept(this);
    }

    // --- what broke off

    private void broke(ProviderFailure failure) throws IOException {
        source.close();
        if (closed) {
            over = true;
            throw new IOException("closed by its reader");
        }
        outlet.drop();
        call.tellSkipped();
        boolean estimated = delivery.endPart(asked, false);
        if (call.stopping()) {
            call.left(delivery.part(), estimated);
        } else {
            call.failed(failure, delivery.part(), estimated);
        }
        seam = Optional.empty();
        if (failure.kind() == Kind.REFUSAL) {
            // A decision is an ending: it is told, and nobody else is asked (failures F13, F28).
            finishAs(Ending.FILTERED);
        } else if (!rescuer.start(delivery, failure)) {
            fail(failure);
        } else if (rescuer.tokensUsedUp()) {
            finishAs("length");
        }
    }

    private void fail(ProviderFailure failure) throws IOException {
        end();
        call.brokeOff(delivery.any());
        var told = new ProviderFailure(Kind.BROKEN, failure.getMessage(), failure.details());
        throw new IOException(failure.getMessage(), told);
    }

    private void await() throws IOException, InterruptedException {
        try {
            var resumed = rescuer.await();
            if (resumed.isEmpty()) {
                ready.add(WAITING);
                return;
            }
            source = resumed.get().stream();
            if (closed) {
                source.close();
            }
            asked = resumed.get().call();
            delivery.beginPart(call.candidate());
            if (delivery.text().isEmpty()) {
                ready.add(rescuer.joined());
            } else {
                seam = Optional.of(new Joining(
                        delivery.text(),
                        resumed.get().mode(),
                        rescuer.settings().unclearMax()));
            }
        } catch (ProviderFailure failure) {
            fail(rescuer.cause());
        }
    }

    private void decide(Seam.Decision decision) throws IOException {
        switch (decision) {
            case Seam.Hold hold -> {}
            case Seam.Joined text -> {
                seam = Optional.empty();
                delivery.joined(text.dropped());
                ready.add(rescuer.joined());
                outlet.join(StopSeam.of(rescuer.document(), delivery.text()));
                judge(outlet.text(text.text()));
            }
            case Seam.Rejected rejected -> {
                seam = Optional.empty();
                source.close();
                delivery.endPart(asked, false);
                call.released("rejected", Optional.of("gateway"), delivery.part(), true);
                rescuer.again(delivery);
            }
        }
    }

    /** The model that goes on has said all that it says before it does something else, or ends. */
    private void conclude(String reason) throws IOException {
        declined = Ending.FILTERED.equals(reason);
        decide(seam.orElseThrow().finish(reason));
    }

    /** Something else than text: what is held back of a text before it must be clear now. */
    private void other(JsonNode event) throws IOException {
        // Whoever goes on may think before it speaks; the client is in the middle of a text.
        boolean early = seam.isPresent() && !Delivery.holdsDeed(event);
        if (early || !Delivery.isShown(event)) {
            delivery.cited(event);
            return;
        }
        if (seam.isPresent()) {
            conclude(Delivery.refuses(event) ? Ending.FILTERED : "tool_calls");
        }
        if (goesOn()) {
            judge(outlet.other(event));
        }
    }

    /** True while the model that writes may say more. */
    private boolean goesOn() {
        return !over && !rescuer.running();
    }

    @Override
    public boolean ready() {
        return !ready.isEmpty() || over || (!rescuer.running() && ending.isEmpty() && source.ready());
    }

    /** The process stops: lets the model go, so that the reader is told in its stream that it ends here. */
    void stop() {
        call.stop();
        rescuer.stop();
        source.close();
    }

    /** Two may close at once, the client's thread and the reader's: both wait until what the client had is counted. */
    @Override
    public synchronized void close() {
        if (closed || over) {
            return;
        }
        closed = true;
        ended.accept(this);
        rescuer.stop();
        // Before the model is let go, which its reader would take for a fault of the model.
        var soFar = delivery.leave(asked);
        call.left(soFar, !soFar.isEmpty());
        source.close();
    }
}
