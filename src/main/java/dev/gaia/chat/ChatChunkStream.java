package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gaia.chat.attempt.KeptText;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.turn.ReplyUsage;
import dev.gaia.link.PieceStream;
import dev.gaia.mapping.JsonStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A streamed answer in the OpenAI form, made from the events of a model as they come.
 *
 * <p>Events that are already there go into one piece, up to its size; nothing is held back. The stream is complete only when the model
 * gave a finish reason; every other end is an error chunk that the client sees. The dialogue is told of the end before
 * the last piece leaves, so that a client's next request finds this answer in it.
 */
final class ChatChunkStream extends PieceStream {

    private static final String BROKEN = "The answer broke off: ";

    private final JsonStream events;
    private final ChunkWriter writer;
    private final TurnEnd end;
    /** What is told of the call, as it stands at the moment. */
    private final JsonNode gatewayNow;

    private final boolean includeUsage;
    private final boolean simulated;
    private final long keepAliveNanos;
    private final AtomicBoolean told = new AtomicBoolean();
    private final KeptText text = new KeptText();
    private ByteArrayOutputStream piece = new ByteArrayOutputStream(USUAL_BYTES);
    private JsonNode usage = MissingNode.getInstance();
    private Optional<String> finishReason = Optional.empty();
    private Optional<JsonNode> gateway = Optional.empty();
    private long lastPiece = System.nanoTime();
    private boolean over;

    ChatChunkStream(
            JsonStream events,
            ChunkWriter writer,
            TurnEnd end,
            JsonNode gatewayNow,
            boolean includeUsage,
            boolean simulated,
            Duration keepAlive) {
        this.events = events;
        this.writer = writer;
        this.end = end;
        this.gatewayNow = gatewayNow;
        this.includeUsage = includeUsage;
        this.simulated = simulated;
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
            broken(
                    e.getCause() instanceof ProviderFailure failure
                            ? failure.kind().sentence()
                            : "the connection ended");
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
            complete();
            return;
        }
        var event = arrived.get();
        if (event.has("resumed")) {
            writer.resume(event.get("resumed"), piece);
        }
        if (event.path("waiting").asBoolean(false)) {
            piece.writeBytes(ChunkWriter.WAITING);
        }
        var words = event.path("text");
        if (words.isTextual() && !words.textValue().isEmpty()) {
            text.append(words.textValue());
        }
        var shown = event.path("shown").asText(words.asText(""));
        if (!shown.isEmpty()) {
            writer.content(shown, piece);
        }
        usage = ReplyUsage.merge(usage, event.path("usage"));
        if (event.has("gateway")) {
            gateway = Optional.of(event.get("gateway"));
        }
        if (event.path("finish_reason").isTextual()) {
            finishReason = Optional.of(event.path("finish_reason").textValue());
            events.finishing();
        }
        if (event.hasNonNull("error")) {
            broken(ProviderFailure.Kind.BROKEN.sentence());
        } else if (event.path("end").asBoolean(false)) {
            complete();
        } else if (piece.size() == 0 && System.nanoTime() - lastPiece >= keepAliveNanos) {
            piece.writeBytes(ChunkWriter.KEEP_ALIVE);
        }
    }

    private void complete() {
        if (finishReason.isEmpty()) {
            broken(ProviderFailure.Kind.BROKEN.sentence());
            return;
        }
        over = true;
        var reply = JsonNodeFactory.instance.objectNode();
        reply.put("text", text.toString()).put("finish_reason", finishReason.get());
        reply.set("usage", usage.isObject() ? usage : JsonNodeFactory.instance.nullNode());
        gateway.map(object -> object.get("served")).ifPresent(served -> reply.set("served", served));
        tell(() -> end.answered(reply));
        var figures = includeUsage && usage.isObject()
                ? Optional.of(ReplyUsage.asAnswered(usage))
                : Optional.<JsonNode>empty();
        writer.finish(finishReason.get(), figures, simulated, gateway, piece);
        events.close();
    }

    private void broken(String reason) {
        over = true;
        events.close();
        tell(() -> end.failed(reason));
        piece.writeBytes(writer.failure(BROKEN + reason, Optional.of(gatewayNow)));
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
