package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gaia.chat.attempt.KeptText;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.turn.ReplyUsage;
import dev.gaia.mapping.JsonStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * A streamed answer in the OpenAI form. It is complete only when the model gave a finish reason; every other end is an
 * error chunk that the client sees.
 */
final class ChatChunkStream extends EventPieces {

    private static final String BROKEN = "The answer broke off: ";

    private final ChunkWriter writer;
    /** What is told of the call, as it stands at the moment. */
    private final JsonNode gatewayNow;

    private final boolean includeUsage;
    private final boolean simulated;
    private final KeptText text = new KeptText();
    private JsonNode usage = MissingNode.getInstance();
    private Optional<String> finishReason = Optional.empty();
    private Optional<JsonNode> gateway = Optional.empty();

    ChatChunkStream(
            JsonStream events,
            ChunkWriter writer,
            TurnEnd end,
            JsonNode gatewayNow,
            boolean includeUsage,
            boolean simulated,
            Duration keepAlive) {
        super(events, end, keepAlive);
        this.writer = writer;
        this.gatewayNow = gatewayNow;
        this.includeUsage = includeUsage;
        this.simulated = simulated;
    }

    @Override
    protected void read(JsonNode event, ByteArrayOutputStream piece) {
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
        }
        if (event.hasNonNull("error")) {
            broken(ProviderFailure.Kind.BROKEN.sentence(), piece);
        }
    }

    @Override
    protected void complete(ByteArrayOutputStream piece) {
        if (finishReason.isEmpty()) {
            broken(ProviderFailure.Kind.BROKEN.sentence(), piece);
            return;
        }
        var reply = JsonNodeFactory.instance.objectNode();
        reply.put("text", text.toString()).put("finish_reason", finishReason.get());
        reply.set("usage", usage.isObject() ? usage : JsonNodeFactory.instance.nullNode());
        gateway.map(object -> object.get("served")).ifPresent(served -> reply.set("served", served));
        answered(reply);
        var figures = includeUsage && usage.isObject()
                ? Optional.of(ReplyUsage.asAnswered(usage))
                : Optional.<JsonNode>empty();
        writer.finish(finishReason.get(), figures, simulated, gateway, piece);
    }

    @Override
    protected void broken(Optional<ProviderFailure> failure, ByteArrayOutputStream piece) {
        broken(failure.map(known -> known.kind().sentence()).orElse("the connection ended"), piece);
    }

    private void broken(String reason, ByteArrayOutputStream piece) {
        failed(reason);
        piece.writeBytes(writer.failure(BROKEN + reason, Optional.of(gatewayNow)));
    }

    @Override
    protected byte[] keepAlive() {
        return ChunkWriter.KEEP_ALIVE;
    }
}
