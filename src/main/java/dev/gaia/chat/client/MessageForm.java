package dev.gaia.chat.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.turn.ReplyUsage;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * Events of messages, as Anthropic's clients read them (providers 3.4): blocks one after the other, never overlapping.
 * Thoughts come only from models that want them back.
 */
final class MessageForm implements StreamForm {

    /** Another model goes on, which clients need not know to read on (failures 11.5). */
    private static final byte[] RESUMED = ": resumed\n\n".getBytes(US_ASCII);

    private static final byte[] PING = "event: ping\ndata: {\"type\":\"ping\"}\n\n".getBytes(US_ASCII);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private enum Block {
        NONE,
        TEXT,
        THINKING,
        TOOL
    }

    private final String id;
    private String model;
    private final boolean thoughts;
    private final ToolPieces tools = new ToolPieces();
    private JsonNode usage = MissingNode.getInstance();
    private JsonNode gateway = MissingNode.getInstance();
    private Block open = Block.NONE;
    private int index = -1;
    private boolean begun;

    /**
     * The events of one answer.
     *
     * @param thoughts whether what the model thinks is handed on
     */
    MessageForm(String id, String model, boolean thoughts) {
        this.id = id;
        this.model = model;
        this.thoughts = thoughts;
    }

    @Override
    public void event(JsonNode event, ByteArrayOutputStream target) {
        usage = ReplyUsage.merge(usage, event.path("usage"));
        gateway = event.has("gateway") ? event.get("gateway") : gateway;
        if (event.hasNonNull("answering")) {
            model = event.at("/answering/model").asText();
        }
        if (event.hasNonNull("resumed")) {
            target.writeBytes(RESUMED);
        }
        if (event.path("waiting").asBoolean(false)) {
            target.writeBytes(PING);
        }
        if (thoughts) {
            think(event, target);
        }
        text(event.path("text").asText(""), target);
        text(event.path("refusal").asText(""), target);
        for (var piece : event.path("tool_calls")) {
            tools.add(piece);
        }
        drainTools(target);
    }

    private void text(String text, ByteArrayOutputStream target) {
        if (!text.isEmpty()) {
            if (open != Block.TEXT) {
                open(Block.TEXT, "{\"type\":\"text\",\"text\":\"\"}", target);
            }
            delta("text_delta", "text", text, target);
        }
    }

    private void think(JsonNode event, ByteArrayOutputStream target) {
        var thought = event.path("reasoning").asText("");
        if (!thought.isEmpty()) {
            thinking(target);
            delta("thinking_delta", "thinking", thought, target);
        }
        if (event.path("reasoning_signature").isTextual()) {
            thinking(target);
            delta(
                    "signature_delta",
                    "signature",
                    event.path("reasoning_signature").textValue(),
                    target);
            close(target);
        }
        if (event.path("redacted_reasoning").isTextual()) {
            var data = SseText.quote(event.path("redacted_reasoning").textValue());
            open(Block.THINKING, "{\"type\":\"redacted_thinking\",\"data\":" + data + "}", target);
            close(target);
        }
    }

    private void thinking(ByteArrayOutputStream target) {
        if (open != Block.THINKING) {
            open(Block.THINKING, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}", target);
        }
    }

    private void drainTools(ByteArrayOutputStream target) {
        for (var step = tools.next(); step.isPresent(); step = tools.next()) {
            switch (step.get()) {
                case ToolPieces.Begin call ->
                    open(
                            Block.TOOL,
                            "{\"type\":\"tool_use\",\"id\":" + SseText.quote(call.id()) + ",\"name\":"
                                    + SseText.quote(call.name()) + ",\"input\":{}}",
                            target);
                case ToolPieces.Arguments part -> delta("input_json_delta", "partial_json", part.text(), target);
            }
        }
    }

    private void begin(ByteArrayOutputStream target) {
        if (begun) {
            return;
        }
        begun = true;
        var message = NODES.objectNode()
                .put("id", id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model);
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        message.set("usage", counts(usage).put("output_tokens", 0));
        var start = NODES.objectNode().put("type", "message_start");
        start.set("message", message);
        write("message_start", start.toString(), target);
    }

    private void open(Block kind, String block, ByteArrayOutputStream target) {
        begin(target);
        close(target);
        open = kind;
        index++;
        write(
                "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}",
                target);
    }

    private void delta(String type, String field, String text, ByteArrayOutputStream target) {
        SseText.write(
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":" + index
                        + ",\"delta\":{\"type\":\"" + type + "\",\"" + field + "\":",
                target);
        SseText.quoted(text, target);
        SseText.write("}}\n\n", target);
    }

    private void close(ByteArrayOutputStream target) {
        if (open != Block.NONE) {
            open = Block.NONE;
            write("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}", target);
        }
    }

    @Override
    public void check(JsonNode reply) throws ProviderFailure {
        ReadableArguments.require(reply);
    }

    @Override
    public void finish(JsonNode reply, ByteArrayOutputStream target) {
        tools.end();
        drainTools(target);
        begin(target);
        close(target);
        var end = NODES.objectNode().put("type", "message_delta");
        var stopSequence = Optional.ofNullable(reply.path("stop_sequence").textValue());
        end.putObject("delta")
                .put("stop_reason", stopReason(reply.path("finish_reason").asText("stop"), stopSequence))
                .put("stop_sequence", stopSequence.orElse(null));
        end.set("usage", counts(reply.path("usage")));
        if (gateway.isObject()) {
            end.set("gateway", gateway);
        }
        write("message_delta", end.toString(), target);
        write("message_stop", "{\"type\":\"message_stop\"}", target);
    }

    private static String stopReason(String finishReason, Optional<String> stopSequence) {
        return switch (finishReason) {
            case "length" -> "max_tokens";
            case "tool_calls" -> "tool_use";
            case "content_filter" -> "refusal";
            default -> stopSequence.isPresent() ? "stop_sequence" : "end_turn";
        };
    }

    private static ObjectNode counts(JsonNode usage) {
        long cached = usage.path("cached_tokens").asLong();
        long written = usage.path("cache_write_tokens").asLong();
        return NODES.objectNode()
                .put("input_tokens", Math.max(0, usage.path("input_tokens").asLong() - cached - written))
                .put("cache_creation_input_tokens", written)
                .put("cache_read_input_tokens", cached)
                .put("output_tokens", usage.path("output_tokens").asLong());
    }

    @Override
    public void fail(JsonNode failure, JsonNode gateway, ByteArrayOutputStream target) {
        write(
                "error",
                "{\"type\":\"error\",\"error\":{\"type\":"
                        + SseText.quote(failure.path("anthropic_type").asText("api_error")) + ",\"message\":"
                        + SseText.quote(failure.path("message").asText()) + "}}",
                target);
    }

    @Override
    public byte[] keepAlive() {
        return PING;
    }

    private static void write(String name, String data, ByteArrayOutputStream target) {
        SseText.write("event: " + name + "\ndata: " + data + "\n\n", target);
    }
}
