package dev.gaia.chat.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gaia.chat.ChunkWriter;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/** Chunks of chat completions, as OpenAI's clients read them (providers 3.3). */
final class CompletionForm implements StreamForm {

    private final String beforeModel;
    private String start;
    private final boolean includeUsage;
    private final Map<Integer, ToolCall> calls = new HashMap<>();
    private JsonNode gateway = MissingNode.getInstance();
    private boolean begun;

    /** A call by its number among the calls, from 0, and whether any arguments came. */
    private static final class ToolCall {
        private final int number;
        private boolean filled;

        ToolCall(int number) {
            this.number = number;
        }
    }

    /**
     * The chunks of one answer.
     *
     * @param id of the answer
     * @param created Unix seconds
     */
    CompletionForm(String id, String model, long created, boolean includeUsage) {
        this.beforeModel = "data: {\"id\":" + SseText.quote(id) + ",\"object\":\"chat.completion.chunk\",\"created\":"
                + created + ",\"model\":";
        this.start = start(model);
        this.includeUsage = includeUsage;
    }

    private String start(String model) {
        return beforeModel + SseText.quote(model) + ",\"choices\":[";
    }

    @Override
    public void event(JsonNode event, ByteArrayOutputStream target) {
        if (event.hasNonNull("answering")) {
            start = start(event.at("/answering/model").asText());
        }
        begin(target);
        if (event.hasNonNull("resumed")) {
            resume(event.get("resumed"), target);
        }
        if (event.path("waiting").asBoolean(false)) {
            target.writeBytes(ChunkWriter.WAITING);
        }
        gateway = event.has("gateway") ? event.get("gateway") : gateway;
        text("content", event.path("text").asText(""), target);
        text("refusal", event.path("refusal").asText(""), target);
        for (var piece : event.path("tool_calls")) {
            tool(piece, target);
        }
    }

    /** Another model goes on; chunks name it from here. */
    private void resume(JsonNode by, ByteArrayOutputStream target) {
        start = start(by.path("model").asText());
        SseText.write(
                start
                        + "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":null}],\"gateway\":{\"resumed\":true,"
                        + "\"provider\":" + SseText.quote(by.path("provider").asText()) + ",\"model\":"
                        + SseText.quote(by.path("model").asText()) + "}" + end(),
                target);
    }

    private void begin(ByteArrayOutputStream target) {
        if (!begun) {
            begun = true;
            delta("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null", target);
        }
    }

    private void text(String field, String text, ByteArrayOutputStream target) {
        if (!text.isEmpty()) {
            SseText.write(start + "{\"index\":0,\"delta\":{\"" + field + "\":", target);
            SseText.quoted(text, target);
            SseText.write("},\"logprobs\":null,\"finish_reason\":null}]" + end(), target);
        }
    }

    private void tool(JsonNode piece, ByteArrayOutputStream target) {
        int index = piece.path("index").asInt();
        var known = calls.get(index);
        var arguments = piece.at("/function/arguments").asText("");
        if (known == null) {
            known = new ToolCall(calls.size());
            calls.put(index, known);
            delta(
                    "\"tool_calls\":[{\"index\":" + known.number + ",\"id\":"
                            + SseText.quote(piece.path("id").asText("call_" + known.number))
                            + ",\"type\":\"function\",\"function\":{\"name\":"
                            + SseText.quote(piece.at("/function/name").asText("")) + ",\"arguments\":\"\"}}]",
                    target);
        }
        if (!arguments.isEmpty()) {
            arguments(known, arguments, target);
        }
    }

    private void arguments(ToolCall call, String arguments, ByteArrayOutputStream target) {
        call.filled = true;
        delta(
                "\"tool_calls\":[{\"index\":" + call.number + ",\"function\":{\"arguments\":" + SseText.quote(arguments)
                        + "}}]",
                target);
    }

    private void delta(String fields, ByteArrayOutputStream target) {
        SseText.write(
                start + "{\"index\":0,\"delta\":{" + fields + "},\"logprobs\":null,\"finish_reason\":null}]" + end(),
                target);
    }

    /** The client that asks for usage finds the key in every chunk. */
    private String end() {
        return includeUsage ? ",\"usage\":null}\n\n" : "}\n\n";
    }

    @Override
    public void finish(JsonNode reply, ByteArrayOutputStream target) {
        begin(target);
        calls.values().stream().filter(call -> !call.filled).forEach(call -> arguments(call, "{}", target));
        SseText.write(
                start + "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":"
                        + SseText.quote(reply.path("finish_reason").asText("stop")) + "}]"
                        + (gateway.isObject() ? ",\"gateway\":" + gateway : "") + end(),
                target);
        if (includeUsage) {
            SseText.write(start + "],\"usage\":" + usage(reply.path("usage")) + "}\n\n", target);
        }
        target.writeBytes(ChunkWriter.DONE);
    }

    private static JsonNode usage(JsonNode counts) {
        long input = counts.path("input_tokens").asLong();
        long output = counts.path("output_tokens").asLong();
        var usage = JsonNodeFactory.instance
                .objectNode()
                .put("prompt_tokens", input)
                .put("completion_tokens", output)
                .put("total_tokens", input + output);
        usage.putObject("prompt_tokens_details")
                .put("cached_tokens", counts.path("cached_tokens").asLong());
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", counts.path("reasoning_tokens").asLong());
        return usage;
    }

    @Override
    public void fail(JsonNode failure, JsonNode told, ByteArrayOutputStream target) {
        SseText.write(
                "data: {\"error\":{\"message\":"
                        + SseText.quote(failure.path("message").asText())
                        + ",\"type\":\"api_error\",\"param\":null,\"code\":"
                        + SseText.quote(failure.path("code").asText()) + "}"
                        + (told.isObject() ? ",\"gateway\":" + told : "") + "}\n\n",
                target);
        target.writeBytes(ChunkWriter.DONE);
    }

    @Override
    public byte[] keepAlive() {
        return ChunkWriter.KEEP_ALIVE;
    }
}
