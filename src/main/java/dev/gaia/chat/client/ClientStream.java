package dev.gaia.chat.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.ReplyAssembly;
import dev.gaia.chat.TurnEnd;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.link.PieceStream;
import dev.gaia.mapping.JsonStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A streamed answer in the form of its client, made from neutral events as they come. Events that are already there go
 * into one piece; nothing is held back. Without a finish reason it ends in an error, never as a whole answer.
 */
final class ClientStream extends PieceStream {

    private final JsonStream events;
    private final StreamForm form;
    private final TurnEnd end;
    private final Consumer<ObjectNode> complete;
    private final ClientFailures failures;
    /** What is told of the call, as it stands at the moment. */
    private final JsonNode gatewayNow;

    private final long keepAliveNanos;
    private final AtomicBoolean told = new AtomicBoolean();
    private final ReplyAssembly assembly = new ReplyAssembly();
    private ByteArrayOutputStream piece = new ByteArrayOutputStream(USUAL_BYTES);
    private long lastPiece = System.nanoTime();
    private boolean over;

    /**
     * A stream of these events.
     *
     * @param complete adds to a whole answer what its provider did not tell
     */
    ClientStream(
            JsonStream events,
            StreamForm form,
            TurnEnd end,
            Consumer<ObjectNode> complete,
            ClientFailures failures,
            JsonNode gatewayNow,
            Duration keepAlive) {
        this.failures = failures;
        this.gatewayNow = gatewayNow;
        this.events = events;
        this.form = form;
        this.end = end;
        this.complete = complete;
        this.keepAliveNanos = keepAlive.toNanos();
    }

    @Override
    public Optional<byte[]> next() throws InterruptedException {
        if (over) {
            return Optional.empty();
        }
        piece.reset();
        try {
            do {
                read(events.next());
            } while (!over && (piece.size() == 0 || (piece.size() < FULL_BYTES && events.ready())));
        } catch (IOException e) {
            broken(e.getCause() instanceof ProviderFailure failure ? failure : unfinished());
        }
        lastPiece = System.nanoTime();
        var bytes = piece.toByteArray();
        if (bytes.length > USUAL_BYTES) {
            // A reader that is behind may leave it waiting, at twice its size.
            piece = new ByteArrayOutputStream(USUAL_BYTES);
        }
        return Optional.of(bytes);
    }

    private void read(Optional<JsonNode> arrived) {
        if (arrived.isEmpty()) {
            finish();
            return;
        }
        var event = arrived.get();
        if (event.hasNonNull("error")) {
            broken(unfinished());
            return;
        }
        if (!event.isMissingNode()) {
            assembly.add(event);
            form.event(
                    event.has("shown") ? ((ObjectNode) event.deepCopy()).set("text", event.get("shown")) : event,
                    piece);
        }
        if (event.path("finish_reason").isTextual()) {
            events.finishing();
        }
        if (event.path("end").asBoolean(false)) {
            finish();
        } else if (piece.size() == 0 && System.nanoTime() - lastPiece >= keepAliveNanos) {
            piece.writeBytes(form.keepAlive());
        }
    }

    private void finish() {
        if (assembly.finishReason().isEmpty()) {
            broken(unfinished());
            return;
        }
        var reply = assembly.reply();
        try {
            form.check(reply);
        } catch (ProviderFailure failure) {
            broken(failure);
            return;
        }
        over = true;
        complete.accept(reply);
        tell(() -> end.answered(reply));
        form.finish(reply, piece);
        events.close();
    }

    private static ProviderFailure unfinished() {
        return new ProviderFailure(ProviderFailure.Kind.BROKEN, "no finish reason, or an error in the stream");
    }

    private void broken(ProviderFailure failure) {
        over = true;
        events.close();
        tell(() -> end.failed(failure.kind().sentence()));
        form.fail(failures.ofStream(failure), gatewayNow, piece);
    }

    private void tell(Runnable outcome) {
        if (told.compareAndSet(false, true)) {
            outcome.run();
        }
    }

    @Override
    public void close() {
        events.close();
        // Whoever closes may be an event loop, which must not run a route.
        if (!told.get()) {
            Thread.startVirtualThread(() -> tell(end::left));
        }
    }
}
