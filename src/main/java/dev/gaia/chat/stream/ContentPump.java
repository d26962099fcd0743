package dev.gaia.chat.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.KeptText;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.turn.ReplyUsage;
import dev.gaia.mapping.JsonStream;
import java.io.IOException;
import java.util.Optional;

/** Sends a model's text on as it comes. An answer is whole only when the model gave a finish reason. */
final class ContentPump {

    private final FrameStream target;
    private final ContentFrames frames;
    private final Runnable onFirstContent;
    private final Resumption onResumed;
    private final KeptText text = new KeptText();
    private JsonNode usage = MissingNode.getInstance();
    private JsonNode served = MissingNode.getInstance();
    private Optional<String> finishReason = Optional.empty();

    /** Is told of the model that goes on: {@code {"provider","model"}}. */
    interface Resumption {
        void resumed(JsonNode by) throws InterruptedException;
    }

    ContentPump(FrameStream target, ContentFrames frames, Runnable onFirstContent, Resumption onResumed) {
        this.onResumed = onResumed;
        this.target = target;
        this.frames = frames;
        this.onFirstContent = onFirstContent;
    }

    /**
     * Reads the stream to its end and closes it.
     *
     * @return the answer in the neutral form: text, finish_reason, usage, and served when several models wrote it
     * @throws ProviderFailure when the answer broke off
     * @throws InterruptedException when the client left
     */
    ObjectNode run(JsonStream events) throws ProviderFailure, InterruptedException {
        try {
            boolean over = false;
            while (!over) {
                var event = events.next();
                if (event.isPresent()) {
                    read(event.get(), events);
                }
                over = event.isEmpty() || event.get().path("end").asBoolean(false);
            }
        } catch (IOException e) {
            throw e.getCause() instanceof ProviderFailure failure ? failure : broken(e.getMessage());
        } finally {
            events.close();
        }
        if (finishReason.isEmpty()) {
            throw broken("the stream ended without a finish reason");
        }
        for (var frame : frames.finish()) {
            target.send(frame);
        }
        var reply = JsonNodeFactory.instance.objectNode();
        reply.put("text", text.toString()).put("finish_reason", finishReason.get());
        reply.set("usage", usage.isObject() ? usage : JsonNodeFactory.instance.nullNode());
        if (served.isArray()) {
            reply.set("served", served);
        }
        return reply;
    }

    private void read(JsonNode event, JsonStream events) throws ProviderFailure, InterruptedException {
        if (event.hasNonNull("resumed")) {
            var by = event.get("resumed");
            frames.resumed(by.path("provider").asText(), by.path("model").asText());
            onResumed.resumed(by);
        }
        var words = event.path("text").asText("");
        if (!words.isEmpty()) {
            if (text.isEmpty()) {
                onFirstContent.run();
            }
            text.append(words);
        }
        var shown = event.path("shown").asText(words);
        if (!shown.isEmpty()) {
            for (var frame : frames.add(shown)) {
                target.send(frame);
            }
        }
        if (event.hasNonNull("tool_run")) {
            for (var frame : frames.tool(event.get("tool_run"))) {
                target.send(frame);
            }
        }
        usage = ReplyUsage.merge(usage, event.path("usage"));
        if (event.path("finish_reason").isTextual()) {
            finishReason = Optional.of(event.path("finish_reason").textValue());
            served = event.at("/gateway/served");
            events.finishing();
        }
        if (event.hasNonNull("error")) {
            throw broken("the stream carried an error");
        }
    }

    private static ProviderFailure broken(String why) {
        return new ProviderFailure(Kind.BROKEN, why);
    }
}
