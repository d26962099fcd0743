package dev.gaia.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The forms of the two providers (providers.md 1.4, 2.3; read November 2026). Every event ends with a blank line. */
enum DrillWire {
    OPENAI {
        @Override
        List<String> opening(String model) {
            return List.of(chunk(model, "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null"));
        }

        @Override
        String piece(String model, String text) {
            return chunk(model, object().put("content", text).toString(), "null");
        }

        @Override
        List<String> toolPieces(String model) {
            return List.of(
                    chunk(
                            model,
                            "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
                                    + "\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]}",
                            "null"),
                    chunk(model, "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"ci\"}}]}", "null"));
        }

        @Override
        List<String> finish(String model, String reason) {
            return List.of(
                    chunk(model, "{}", "\"" + reason + "\""),
                    "data: {\"id\":\"chatcmpl-drill\",\"object\":\"chat.completion.chunk\",\"created\":1795000000,"
                            + "\"model\":\"" + model + "\",\"choices\":[],\"usage\":{\"prompt_tokens\":20,"
                            + "\"completion_tokens\":60,\"total_tokens\":80}}\n\n");
        }

        @Override
        String mark() {
            return "data: [DONE]\n\n";
        }

        @Override
        String ping() {
            return ": ping\n\n";
        }

        @Override
        String broken() {
            return "data: {\"id\":\"chatcmpl-drill\",\"choices\":[{\"delta\":{\"cont\n\n";
        }

        @Override
        String errorEvent() {
            return "data: " + error(503, "overloaded") + "\n\n";
        }

        @Override
        String document(String model, String text, String reason) {
            var root = object().put("id", "chatcmpl-drill").put("object", "chat.completion");
            root.put("created", 1_795_000_000L).put("model", model);
            var choice = root.putArray("choices").addObject().put("index", 0).put("finish_reason", reason);
            choice.putObject("message").put("role", "assistant").put("content", text);
            root.putObject("usage")
                    .put("prompt_tokens", 20)
                    .put("completion_tokens", 60)
                    .put("total_tokens", 80);
            return root.toString();
        }

        @Override
        String error(int status, String code) {
            var root = object();
            var error = root.putObject("error").put("message", message(code)).put("type", type(status));
            error.putNull("param").put("code", code);
            return root.toString();
        }

        private String type(int status) {
            return switch (status) {
                case 429 -> "rate_limit_error";
                case 400, 404, 413, 422 -> "invalid_request_error";
                default -> "server_error";
            };
        }

        private String chunk(String model, String delta, String finish) {
            return "data: {\"id\":\"chatcmpl-drill\",\"object\":\"chat.completion.chunk\",\"created\":1795000000,"
                    + "\"model\":\"" + model + "\",\"choices\":[{\"index\":0,\"delta\":" + delta
                    + ",\"logprobs\":null,\"finish_reason\":" + finish + "}],\"usage\":null}\n\n";
        }
    },

    ANTHROPIC {
        @Override
        List<String> opening(String model) {
            var message = object().put("id", "msg_drill").put("type", "message").put("role", "assistant");
            message.put("model", model).putArray("content");
            message.putNull("stop_reason").putNull("stop_sequence");
            message.putObject("usage").put("input_tokens", 20).put("output_tokens", 1);
            var start = object().put("type", "message_start");
            start.set("message", message);
            var block = object().put("type", "content_block_start").put("index", 0);
            block.putObject("content_block").put("type", "text").put("text", "");
            return List.of(event(start), event(block), event(object().put("type", "ping")));
        }

        @Override
        String piece(String model, String text) {
            var event = object().put("type", "content_block_delta").put("index", 0);
            event.putObject("delta").put("type", "text_delta").put("text", text);
            return event(event);
        }

        @Override
        List<String> toolPieces(String model) {
            var start = object().put("type", "content_block_start").put("index", 1);
            start.putObject("content_block")
                    .put("type", "tool_use")
                    .put("id", "toolu_1")
                    .put("name", "weather")
                    .putObject("input");
            var part = object().put("type", "content_block_delta").put("index", 1);
            part.putObject("delta").put("type", "input_json_delta").put("partial_json", "{\"ci");
            return List.of(event(start), event(part));
        }

        @Override
        List<String> finish(String model, String reason) {
            var delta = object().put("type", "message_delta");
            delta.putObject("delta").put("stop_reason", stopReason(reason)).putNull("stop_sequence");
            delta.putObject("usage").put("output_tokens", 60);
            return List.of(event(object().put("type", "content_block_stop").put("index", 0)), event(delta));
        }

        @Override
        String mark() {
            return event(object().put("type", "message_stop"));
        }

        @Override
        String ping() {
            return event(object().put("type", "ping"));
        }

        @Override
        String broken() {
            return "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"ind\n\n";
        }

        @Override
        String errorEvent() {
            return "event: error\ndata: " + error(529, "overloaded_error") + "\n\n";
        }

        @Override
        String document(String model, String text, String reason) {
            var root = object().put("id", "msg_drill").put("type", "message").put("role", "assistant");
            root.put("model", model)
                    .putArray("content")
                    .addObject()
                    .put("type", "text")
                    .put("text", text);
            root.put("stop_reason", stopReason(reason)).putNull("stop_sequence");
            root.putObject("usage").put("input_tokens", 20).put("output_tokens", 60);
            return root.toString();
        }

        @Override
        String error(int status, String code) {
            var root = object().put("type", "error");
            root.putObject("error").put("type", code).put("message", message(code));
            return root.put("request_id", "req_drill").toString();
        }

        private String stopReason(String reason) {
            return switch (reason) {
                case "content_filter" -> "refusal";
                case "length" -> "max_tokens";
                default -> "end_turn";
            };
        }

        private String event(JsonNode data) {
            return "event: " + data.path("type").asText() + "\ndata: " + data + "\n\n";
        }
    };

    abstract List<String> opening(String model);

    abstract String piece(String model, String text);

    abstract List<String> toolPieces(String model);

    /** The finish reason and the figures. */
    abstract List<String> finish(String model, String reason);

    abstract String mark();

    abstract String ping();

    abstract String broken();

    abstract String errorEvent();

    abstract String document(String model, String text, String reason);

    abstract String error(int status, String code);

    /** A document that says nothing, in a form of its own. */
    static String shapeless() {
        return object().put("id", "drill").put("object", "nothing").toString();
    }

    /** What providers write; some is only known by it. */
    private static String message(String code) {
        return switch (code) {
            case "context_length_exceeded" -> "This model's maximum context length is 1000 tokens, you sent 1234.";
            case "content_policy_violation" -> "Your request was rejected by the safety system.";
            case "prefill" ->
                "This model does not support assistant message prefill. The conversation must end with a"
                        + " user message.";
            default -> "The drill's provider says " + code;
        };
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
