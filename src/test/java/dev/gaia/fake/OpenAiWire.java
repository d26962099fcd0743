package dev.gaia.fake;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.fake.FakeScript.Content;
import dev.gaia.fake.FakeScript.Fault;
import java.util.ArrayList;
import java.util.List;

/** Chat completions as OpenAI sends them (platform.openai.com/docs/api-reference/chat, read November 2026). */
record OpenAiWire() implements Wire {

    @Override
    public String document(FakeAnswer answer) {
        var root = head(answer, "chat.completion");
        var choice = root.putArray("choices").addObject().put("index", 0);
        var message = choice.putObject("message").put("role", "assistant");
        if (answer.texts().isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", answer.text());
        }
        if (answer.script().content() == Content.REFUSAL) {
            message.put("refusal", "I can't help with that.");
        } else {
            message.putNull("refusal");
        }
        message.putArray("annotations");
        for (int index = 0; index < answer.script().toolCalls().size(); index++) {
            message.withArray("tool_calls")
                    .add(toolCall(
                            answer,
                            index,
                            answer.script().toolCalls().get(index).arguments().toString()));
        }
        choice.putNull("logprobs");
        if (answer.script().fault() == Fault.NO_FINISH) {
            choice.putNull("finish_reason");
        } else {
            choice.put("finish_reason", finishReason(answer));
        }
        if (answer.script().fault() != Fault.NO_USAGE) {
            root.set("usage", usage(answer));
        }
        return root.put("service_tier", "default")
                .put("system_fingerprint", "fp_fake")
                .toString();
    }

    @Override
    public List<String> opening(FakeAnswer answer) {
        return List.of(chunk(answer, "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null"));
    }

    @Override
    public String piece(FakeAnswer answer, String text) {
        var quoted = JsonStringEncoder.getInstance().quoteAsString(text);
        return chunk(answer, "{\"content\":\"" + String.valueOf(quoted) + "\"}", "null");
    }

    @Override
    public List<String> closing(FakeAnswer answer) {
        var events = new ArrayList<String>();
        if (answer.script().content() == Content.REFUSAL) {
            events.add(chunk(answer, "{\"refusal\":\"I can't help with that.\"}", "null"));
        }
        for (int index = 0; index < answer.script().toolCalls().size(); index++) {
            events.add(toolChunk(answer, toolCall(answer, index, "").put("index", index)));
            var arguments = answer.script().toolCalls().get(index).arguments().toString();
            int half = arguments.length() / 2;
            for (String part : List.of(arguments.substring(0, half), arguments.substring(half))) {
                var call = JsonNodeFactory.instance.objectNode().put("index", index);
                call.putObject("function").put("arguments", part);
                events.add(toolChunk(answer, call));
            }
        }
        events.add(chunk(answer, "{}", "\"" + finishReason(answer) + "\""));
        if (answer.includeUsage() && answer.script().fault() != Fault.NO_USAGE) {
            var root = head(answer, "chat.completion.chunk");
            root.putArray("choices");
            root.set("usage", usage(answer));
            events.add(event(root.toString()));
        }
        if (answer.script().fault() != Fault.NO_DONE) {
            events.add(event("[DONE]"));
        }
        return events;
    }

    @Override
    public String keepAlive() {
        return ": keep-alive\n\n";
    }

    @Override
    public String errorEvent() {
        return event(error(500, "server_error", "server_error"));
    }

    @Override
    public String malformedEvent() {
        return event("{\"id\":\"chatcmpl-1\",\"choices\":[{\"delta\":{\"content\":");
    }

    @Override
    public String error(int status, FakeScript script) {
        return switch (status) {
            case 401 -> error(status, "invalid_request_error", "invalid_api_key");
            case 404 -> error(status, "invalid_request_error", "model_not_found");
            case 429 -> {
                var code = script.errorCode().orElse("rate_limit_exceeded");
                yield error(status, "insufficient_quota".equals(code) ? code : "requests", code);
            }
            default -> error(status, status < 500 ? "invalid_request_error" : "server_error", "");
        };
    }

    @Override
    public String requestIdHeader() {
        return "x-request-id";
    }

    private static String error(int status, String type, String code) {
        var root = JsonNodeFactory.instance.objectNode();
        var error = root.putObject("error")
                .put("message", "Fake failure " + status + " for key sk-secret-of-the-provider")
                .put("type", type)
                .putNull("param");
        if (code.isEmpty()) {
            error.putNull("code");
        } else {
            error.put("code", code);
        }
        return root.toString();
    }

    /** Written by hand because the bench's upstream sends tens of thousands a second. */
    private static String chunk(FakeAnswer answer, String delta, String finish) {
        return "data: {\"id\":\"" + id(answer) + "\",\"object\":\"chat.completion.chunk\",\"created\":"
                + answer.createdSeconds() + ",\"model\":\"" + model(answer)
                + "\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_fake\",\"choices\":[{\"index\":0,\"delta\":"
                + delta + ",\"logprobs\":null,\"finish_reason\":" + finish + "}]"
                + (answer.includeUsage() ? ",\"usage\":null" : "") + ",\"obfuscation\":\"k3Qz\"}\n\n";
    }

    private static String toolChunk(FakeAnswer answer, ObjectNode call) {
        var delta = JsonNodeFactory.instance.objectNode();
        delta.putArray("tool_calls").add(call);
        return chunk(answer, delta.toString(), "null");
    }

    private static ObjectNode toolCall(FakeAnswer answer, int index, String arguments) {
        var call = JsonNodeFactory.instance
                .objectNode()
                .put("id", "call_fake_" + answer.id() + "_" + index)
                .put("type", "function");
        call.putObject("function")
                .put("name", answer.script().toolCalls().get(index).name())
                .put("arguments", arguments);
        return call;
    }

    private static ObjectNode head(FakeAnswer answer, String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id(answer))
                .put("object", object)
                .put("created", answer.createdSeconds())
                .put("model", answer.model());
    }

    private static JsonNode usage(FakeAnswer answer) {
        var usage = JsonNodeFactory.instance
                .objectNode()
                .put("prompt_tokens", FakeAnswer.PROMPT_TOKENS)
                .put("completion_tokens", answer.completionTokens())
                .put("total_tokens", FakeAnswer.PROMPT_TOKENS + answer.completionTokens());
        usage.putObject("prompt_tokens_details").put("cached_tokens", 0).put("audio_tokens", 0);
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", 0)
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return usage;
    }

    private static String finishReason(FakeAnswer answer) {
        return switch (answer.script().content()) {
            case TOOL_CALL, TWO_TOOL_CALLS, CALLS -> "tool_calls";
            case LENGTH -> "length";
            case REFUSAL -> "content_filter";
            default -> "stop";
        };
    }

    private static String id(FakeAnswer answer) {
        return "chatcmpl-fake" + answer.id();
    }

    private static String model(FakeAnswer answer) {
        return String.valueOf(JsonStringEncoder.getInstance().quoteAsString(answer.model()));
    }

    private static String event(String data) {
        return "data: " + data + "\n\n";
    }
}
