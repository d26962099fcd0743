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
import dev.gaia.mapping.JsonStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
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
 * {"provider","model"}}} at a seam, and one last event with {@code finish_reason}, {@code usage} of all models,
 * {@code gateway} and {@code end}. Without a finish reason it ends with an {@link IOException} whose cause is a
 * {@link ProviderFailure}: what was read is not whole.
 */
final class AnswerStream implements JsonStream {

    private static final JsonNode WAITING =
            JsonNodeFactory.instance.objectNode().put("waiting", true);

    private static final Details LET_GO = Details.NONE.with(Sign.LET_GO);

    private final ModelCall call;
    private final ClassifyFailure classify;
    private final Rescuer rescuer;
    private final Runaway runaway;
    private final ArrayDeque<JsonNode> ready = new ArrayDeque<>();
    private final Delivery delivery;
    private final Halves halves = new Halves();

    private volatile JsonStream source;
    private volatile boolean closed;
    private Optional<Seam> seam = Optional.empty();
    private long seamUntil;
    private Optional<ObjectNode> finish = Optional.empty();
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
        this.runaway = runaway;
        this.ended = ended;
        this.call = call;
        this.source = source;
        this.classify = classify;
        this.rescuer = rescuer;
        this.delivery = new Delivery(call.candidate(), counts, call.turn());
    }

    @Override
    public Optional<JsonNode> next() throws IOException, InterruptedException {
        while (ready.isEmpty() && !over) {
            if (rescuer.running()) {
                await();
            } else {
                read();
            }
        }
        return Optional.ofNullable(ready.poll());
    }

    private void read() throws IOException, InterruptedException {
        Optional<JsonNode> event;
        try {
            event = source.next();
        } catch (IOException e) {
            var cause = e.getCause() instanceof ProviderFailure failure
                    ? failure
                    : new ProviderFailure(Kind.BROKEN, String.valueOf(e.getMessage()));
            if (finish.isPresent()) {
                complete();
            } else {
                broke(cause);
            }
            return;
        }
        if (event.isPresent()) {
            take(event.get());
        } else if (finish.isPresent()) {
            complete();
        } else {
            broke(new ProviderFailure(Kind.BROKEN, "the stream ended without a finish reason"));
        }
    }

    private void take(JsonNode event) throws IOException {
        if (event.isMissingNode()) {
            expire();
            ready.add(seam.isPresent() ? WAITING : event);
            return;
        }
        delivery.usage(event.path("usage"));
        if (finish.isEmpty() && call.skipped() > 0 && rescuer.losesBySkipping(delivery, event)) {
            var lost = "an event that is not JSON may have held part of the answer";
            broke(new ProviderFailure(Kind.BROKEN, lost, LET_GO.with(Sign.LASTING)));
            return;
        }
        if (finish.isPresent()) {
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
            other(speaks ? ((ObjectNode) event.deepCopy()).without("text") : event);
        } else if (!speaks
                && event.path("usage").isObject()
                && !event.path("finish_reason").isTextual()) {
            ready.add(event);
        }
        if (event.path("finish_reason").isTextual() && !over) {
            finish(event);
        }
    }

    private void text(JsonNode event, String text) throws IOException {
        if (seam.isPresent()) {
            decide(seam.get().offer(text));
            if (seam.isPresent() && System.nanoTime() - seamUntil > 0) {
                decide(seam.get().expire());
            }
            return;
        }
        if (event.size() == 1 && halves.passes(text)) {
            delivery.text(text);
            hand(event);
        } else {
            emit(halves.offer(text));
        }
    }

    private void emit(String text) throws IOException {
        if (!text.isEmpty()) {
            delivery.text(text);
            hand(JsonNodeFactory.instance.objectNode().put("text", text));
        }
    }

    /** Hands content on, unless the answer has gone on for too long. */
    private void hand(JsonNode event) throws IOException {
        ready.add(event);
        switch (runaway.add(event)) {
            case FINE -> {
                // the answer goes on
            }
            case TOO_LONG -> {
                source.close();
                call.tellSkipped();
                delivery.endPart(rescuer.document(), false);
                call.released("length", Optional.of("gateway"), delivery.part(), true);
                finishAsTooLong();
            }
            case LOOPS -> {
                source.close();
                delivery.endPart(rescuer.document(), false);
                var failure = new ProviderFailure(Kind.BROKEN, "the answer repeats itself without end", LET_GO);
                call.failed(failure, delivery.part(), true);
                fail(failure);
            }
        }
    }

    private void finishAsTooLong() {
        finish = Optional.of(JsonNodeFactory.instance.objectNode().put("finish_reason", "length"));
        end();
        ready.add(last());
    }

    private void finish(JsonNode event) throws IOException {
        if (seam.isPresent()) {
            decide(seam.get().finish(event.path("finish_reason").textValue()));
            if (rescuer.running() || over) {
                return;
            }
        }
        emit(halves.release());
        if (over) {
            return;
        }
        var last = (ObjectNode) event.deepCopy();
        last.remove(List.of("text", "tool_calls", "reasoning", "usage"));
        finish = Optional.of(last);
        source.finishing();
        if (event.path("end").asBoolean(false)) {
            complete();
        }
    }

    private void complete() {
        end();
        source.close();
        call.tellSkipped();
        boolean estimated = delivery.endPart(rescuer.document(), true);
        call.succeeded(finish.orElseThrow().path("finish_reason").asText(), delivery.part(), estimated);
        ready.add(last());
    }

    private void end() {
        over = true;
        ended.accept(this);
    }

    private ObjectNode last() {
        var event = finish.orElseThrow();
        Usage.add(delivery.sum(), call.alsoBilled());
        event.set("usage", delivery.sum());
        if (delivery.estimated() || !call.alsoBilled().isEmpty()) {
            call.turn().estimated();
        }
        // A copy: later calls of the turn go on with the object.
        event.set("gateway", call.turn().object().deepCopy());
        return event.put("end", true);
    }

    // --- what broke off

    private void broke(ProviderFailure failure) throws IOException {
        source.close();
        if (closed) {
            over = true;
            throw new IOException("closed by its reader");
        }
        halves.drop();
        call.tellSkipped();
        boolean estimated = delivery.endPart(rescuer.document(), false);
        if (call.stopping()) {
            call.left(delivery.part(), estimated);
        } else {
            call.failed(failure, delivery.part(), estimated);
        }
        seam = Optional.empty();
        if (!rescuer.start(delivery, failure)) {
            fail(failure);
        } else if (rescuer.tokensUsedUp()) {
            finishAsTooLong();
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
            delivery.beginPart(call.candidate());
            if (delivery.text().isEmpty()) {
                joined();
            } else {
                seam = Optional.of(new Seam(delivery.text(), resumed.get().mode(), Seam.anchorOf(delivery.text())));
                seamUntil = System.nanoTime() + rescuer.settings().unclearMax().toNanos();
            }
        } catch (ProviderFailure failure) {
            fail(rescuer.cause());
        }
    }

    private void decide(Seam.Decision decision) throws IOException {
        switch (decision) {
            case Seam.Hold hold -> {
                if (rescuer.quietForLong()) {
                    ready.add(WAITING);
                }
            }
            case Seam.Joined text -> {
                seam = Optional.empty();
                delivery.dropped(text.dropped());
                joined();
                emit(halves.offer(text.text()));
            }
            case Seam.Rejected rejected -> {
                seam = Optional.empty();
                source.close();
                delivery.endPart(rescuer.document(), false);
                call.released("rejected", Optional.of("gateway"), delivery.part(), true);
                rescuer.again(delivery);
            }
        }
    }

    private void joined() {
        call.resumed();
        call.tellCandidate();
        var event = JsonNodeFactory.instance.objectNode();
        event.putObject("resumed")
                .put("provider", call.candidate().provider())
                .put("model", call.candidate().model());
        ready.add(event);
    }

    /** Something else than text: what is held back of a text before it must be clear now. */
    private void other(JsonNode event) throws IOException {
        if (seam.isPresent()) {
            if (Delivery.isThought(event)) {
                // Whoever goes on may think before it speaks; the client is in the middle of a text.
                return;
            }
            decide(seam.get().finish(event.hasNonNull("refusal") ? "content_filter" : "tool_calls"));
        }
        if (!over && !rescuer.running()) {
            emit(halves.release());
            delivery.other(event);
            hand(event);
        }
    }

    private void expire() throws IOException {
        if (seam.isPresent() && System.nanoTime() - seamUntil > 0) {
            decide(seam.get().expire());
        }
    }

    @Override
    public boolean ready() {
        return !ready.isEmpty() || over || (!rescuer.running() && finish.isEmpty() && source.ready());
    }

    @Override
    public void begun() {
        // the stream knows its own content
    }

    @Override
    public void finishing() {
        // the stream knows its own end
    }

    /** The process stops: lets the model go, so that the reader is told in its stream that it ends here. */
    void stop() {
        call.stop();
        rescuer.stop();
        source.close();
    }

    @Override
    public void close() {
        if (closed || over) {
            return;
        }
        closed = true;
        ended.accept(this);
        rescuer.stop();
        // Before the model is let go, which its reader would take for a fault of the model.
        var soFar = delivery.leave(rescuer.document());
        call.left(soFar, !soFar.isEmpty());
        source.close();
    }
}
