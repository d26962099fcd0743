package dev.gaia.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gaia.fake.FakeScript.Fault;
import java.util.ArrayList;
import java.util.List;

/** Messages as Anthropic sends them (docs.anthropic.com/en/api/messages, read November 2026). */
record AnthropicWire() implements Wire {

    @Override
    public String document(FakeAnswer answer) {
        var root = message(answer);
        var content = root.putArray("content");
        if (!answer.texts().isEmpty()) {
            content.addObject().put("type", "text").put("text", answer.text());
        }
        for (int index = 0; index < answer.script().toolCalls().size(); index++) {
            var block = toolUse(answer, index);
            block.set("input", answer.script().toolCalls().get(index).arguments());
            content.add(block);
        }
        if (answer.script().fault() == Fault.NO_FINISH) {
            root.putNull("stop_reason");
        } else {
            root.put("stop_reason", stopReason(answer));
        }
        root.putNull("stop_sequence");
        root.set("usage", usage(answer.completionTokens()));
        return root.toString();
    }

    @Override
    public List<String> opening(FakeAnswer answer) {
        var message = message(answer);
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence").set("usage", usage(1));
        var start = data("message_start");
        start.set("message", message);
        var events = new ArrayList<>(List.of(event(start)));
        if (!answer.texts().isEmpty()) {
            var block = data("content_block_start").put("index", 0);
            block.putObject("content_block").put("type", "text").put("text", "");
            events.add(event(block));
        }
        events.add(keepAlive());
        return events;
    }

    @Override
    public String piece(FakeAnswer answer, String text) {
        return "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                + "\"delta\":{\"type\":\"text_delta\",\"text\":"
                + TextNode.valueOf(text) + "}}\n\n";
    }

    @Override
    public List<String> closing(FakeAnswer answer) {
        var events = new ArrayList<String>();
        int block = 0;
        if (!answer.texts().isEmpty()) {
            events.add(event(data("content_block_stop").put("index", block++)));
        }
        for (int index = 0; index < answer.script().toolCalls().size(); index++, block++) {
            var start = data("content_block_start").put("index", block);
            start.set("content_block", toolUse(answer, index));
            events.add(event(start));
            var arguments = answer.script().toolCalls().get(index).arguments().toString();
            int half = arguments.length() / 2;
            for (String part : List.of("", arguments.substring(0, half), arguments.substring(half))) {
                var delta = data("content_block_delta").put("index", block);
                delta.putObject("delta").put("type", "input_json_delta").put("partial_json", part);
                events.add(event(delta));
            }
            events.add(event(data("content_block_stop").put("index", block)));
        }
        var end = data("message_delta");
        end.putObject("delta").put("stop_reason", stopReason(answer)).putNull("stop_sequence");
        end.putObject("usage").put("output_tokens", answer.completionTokens());
        events.add(event(end));
        if (answer.script().fault() != Fault.NO_DONE) {
            events.add(event(data("message_stop")));
        }
        return events;
    }

    @Override
    public String keepAlive() {
        return event(data("ping"));
    }

    @Override
    public String errorEvent() {
        return "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
    }

    @Override
    public String malformedEvent() {
        return "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\n\n";
    }

    @Override
    public String error(int status, FakeScript script) {
        var type = switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 529 -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
        var root = data("error");
        root.putObject("error")
                .put("type", type)
                .put("message", "Fake failure " + status + " for key sk-ant-secret-of-the-provider");
        return root.put("request_id", "req_fake").toString();
    }

    @Override
    public String requestIdHeader() {
        return "request-id";
    }

    private static ObjectNode message(FakeAnswer answer) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", "msg_fake" + answer.id())
                .put("type", "message")
                .put("role", "assistant")
                .put("model", answer.model());
    }

    private static ObjectNode toolUse(FakeAnswer answer, int index) {
        var block = JsonNodeFactory.instance
                .objectNode()
                .put("type", "tool_use")
                .put("id", "toolu_fake_" + answer.id() + "_" + index)
                .put("name", answer.script().toolCalls().get(index).name());
        block.putObject("input");
        return block;
    }

    private static JsonNode usage(int outputTokens) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("input_tokens", FakeAnswer.PROMPT_TOKENS)
                .put("cache_creation_input_tokens", 0)
                .put("cache_read_input_tokens", 0)
                .put("output_tokens", outputTokens)
                .put("service_tier", "standard");
    }

    private static String stopReason(FakeAnswer answer) {
        return switch (answer.script().content()) {
            case TOOL_CALL, TWO_TOOL_CALLS, CALLS -> "tool_use";
            case LENGTH -> "max_tokens";
            case REFUSAL -> "refusal";
            default -> "end_turn";
        };
    }

    private static ObjectNode data(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static String event(ObjectNode data) {
        return "event: " + data.path("type").textValue() + "\ndata: " + data + "\n\n";
    }
}
