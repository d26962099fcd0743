package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.link.PieceStream;
import dev.gaia.mapping.JsonStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A streamed answer, made from the events of a model as they come: those that are already there go into one piece, up to
 * its size, and nothing is held back. The dialogue is told of the end once, before the last piece leaves, so that a
 * client's next request finds this answer in it. A defect on the way ends it as a failure of its model does.
 */
public abstract class EventPieces extends PieceStream {

    private static final Logger LOG = LoggerFactory.getLogger("chat-stream");

    private final JsonStream events;
    private final TurnEnd end;
    private final long keepAliveNanos;
    private final AtomicBoolean told = new AtomicBoolean();
    private ByteArrayOutputStream piece = new ByteArrayOutputStream(USUAL_BYTES);
    private long lastPiece = System.nanoTime();
    /** How much of the piece is whole events. */
    private int wholeBytes;

    private boolean over;

    /** @param keepAlive after which silence the client is sent a sign of life */
    protected EventPieces(JsonStream events, TurnEnd end, Duration keepAlive) {
        this.events = events;
        this.end = end;
        this.keepAliveNanos = keepAlive.toNanos();
    }

    /** Adds to the piece what an event tells; it may end the answer. */
    protected abstract void read(JsonNode event, ByteArrayOutputStream piece);

    /** Adds the end of the answer to the piece, or its failure when it is not whole. */
    protected abstract void complete(ByteArrayOutputStream piece);

    /** Adds the failure to the piece; empty when the connection ended without one. */
    protected abstract void broken(Optional<ProviderFailure> failure, ByteArrayOutputStream piece);

    /** What the client is sent when there is nothing to say. */
    protected abstract byte[] keepAlive();

    @Override
    public final Optional<byte[]> next() throws InterruptedException {
        if (over) {
            return Optional.empty();
        }
        piece.reset();
        try {
            do {
                wholeBytes = piece.size();
                take(events.next());
            } while (!over && (piece.size() == 0 || (piece.size() < FULL_BYTES && events.ready())));
        } catch (IOException e) {
            broken(e.getCause() instanceof ProviderFailure failure ? Optional.of(failure) : Optional.empty(), piece);
        } catch (RuntimeException e) {
            LOG.error("a stream broke on a defect", withoutWords(e));
            // What was begun of an event would be no event.
            var whole = Arrays.copyOf(piece.toByteArray(), wholeBytes);
            piece.reset();
            piece.writeBytes(whole);
            broken(Optional.of(new ProviderFailure(Kind.BROKEN, "a defect of the platform")), piece);
        }
        lastPiece = System.nanoTime();
        var bytes = piece.toByteArray();
        if (bytes.length > USUAL_BYTES) {
            // A reader that is behind may leave it waiting, at twice its size.
            piece = new ByteArrayOutputStream(USUAL_BYTES);
        }
        return Optional.of(bytes);
    }

    /** Where it happened; the words of the cause may be those of a dialogue, which no log holds. */
    private static Exception withoutWords(RuntimeException cause) {
        var place = new IllegalStateException(cause.getClass().getName());
        place.setStackTrace(cause.getStackTrace());
        return place;
    }

    private void take(Optional<JsonNode> arrived) {
        if (arrived.isEmpty()) {
            complete(piece);
            return;
        }
        var event = arrived.get();
        read(event, piece);
        if (over) {
            return;
        }
        if (event.path("finish_reason").isTextual()) {
            events.finishing();
        }
        if (event.path("end").asBoolean(false)) {
            complete(piece);
        } else if (piece.size() == 0 && System.nanoTime() - lastPiece >= keepAliveNanos) {
            piece.writeBytes(keepAlive());
        }
    }

    /** The answer is whole: tells the dialogue. */
    protected final void answered(JsonNode reply) {
        over = true;
        tell(() -> end.answered(reply));
        events.close();
    }

    /** There is no whole answer, for this reason: tells the dialogue. */
    protected final void failed(String reason) {
        over = true;
        events.close();
        tell(() -> end.failed(reason));
    }

    private void tell(Runnable outcome) {
        if (told.compareAndSet(false, true)) {
            outcome.run();
        }
    }

    @Override
    public final void close() {
        events.close();
        // Whoever closes may be an event loop, which must not run a route.
        if (!told.get()) {
            Thread.startVirtualThread(() -> tell(end::left));
        }
    }
}
