package dev.gaia.chat.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.mapping.ForwardingStream;
import dev.gaia.mapping.JsonStream;
import java.io.IOException;
import java.util.Optional;

/** Neutral events that say in {@code shown} what of their text a page may show; absent where all of it may. */
final class GuardedStream extends ForwardingStream {

    private final TextGuard guard;

    GuardedStream(JsonStream source, TextGuard guard) {
        super(source);
        this.guard = guard;
    }

    @Override
    public Optional<JsonNode> next() throws IOException, InterruptedException {
        return source().next().map(this::guarded);
    }

    private JsonNode guarded(JsonNode event) {
        var text = event.path("text").asText("");
        boolean last = event.path("finish_reason").isTextual();
        if (text.isEmpty() && !last) {
            return event;
        }
        var shown = guard.add(text) + (last ? guard.finish() : "");
        return shown.equals(text) ? event : ((ObjectNode) event.deepCopy()).put("shown", shown);
    }
}
