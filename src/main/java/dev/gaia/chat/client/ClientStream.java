package dev.gaia.chat.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.EventPieces;
import dev.gaia.chat.ReplyAssembly;
import dev.gaia.chat.TurnEnd;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.mapping.JsonStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A streamed answer in the form of its client, made from neutral events. Without a finish reason it ends in an error,
 * never as a whole answer.
 */
final class ClientStream extends EventPieces {

    private final StreamForm form;
    private final Consumer<ObjectNode> completion;
    private final ClientFailures failures;
    /** What is told of the call, as it stands at the moment. */
    private final JsonNode gatewayNow;

    private final ReplyAssembly assembly = new ReplyAssembly();

    /**
     * A stream of these events.
     *
     * @param completion adds to a whole answer what its provider did not tell
     */
    ClientStream(
            JsonStream events,
            StreamForm form,
            TurnEnd end,
            Consumer<ObjectNode> completion,
            ClientFailures failures,
            JsonNode gatewayNow,
            Duration keepAlive) {
        super(events, end, keepAlive);
        this.form = form;
        this.completion = completion;
        this.failures = failures;
        this.gatewayNow = gatewayNow;
    }

    @Override
    protected void read(JsonNode event, ByteArrayOutputStream piece) {
        if (event.hasNonNull("error")) {
            broken(unfinished(), piece);
        } else if (!event.isMissingNode()) {
            assembly.add(event);
            form.event(
                    event.has("shown") ? ((ObjectNode) event.deepCopy()).set("text", event.get("shown")) : event,
                    piece);
        }
    }

    @Override
    protected void complete(ByteArrayOutputStream piece) {
        if (assembly.finishReason().isEmpty()) {
            broken(unfinished(), piece);
            return;
        }
        var reply = assembly.reply();
        try {
            form.check(reply);
        } catch (ProviderFailure failure) {
            broken(failure, piece);
            return;
        }
        completion.accept(reply);
        answered(reply);
        form.finish(reply, piece);
    }

    private static ProviderFailure unfinished() {
        return new ProviderFailure(ProviderFailure.Kind.BROKEN, "no finish reason, or an error in the stream");
    }

    @Override
    protected void broken(Optional<ProviderFailure> failure, ByteArrayOutputStream piece) {
        broken(failure.orElseGet(ClientStream::unfinished), piece);
    }

    private void broken(ProviderFailure failure, ByteArrayOutputStream piece) {
        failed(failure.kind().sentence());
        form.fail(failures.ofStream(failure), gatewayNow, piece);
    }

    @Override
    protected byte[] keepAlive() {
        return form.keepAlive();
    }
}
