package dev.gaia.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * What a client of messages makes of an answer, in the words of chat completions where the two differ; and which rule of
 * its form the answer broke (failure contract 8, 11.5 and 12).
 */
final class MessageView {

    private final DrillReply reply;
    private final StringBuilder text = new StringBuilder();
    private String finish = "";
    private JsonNode error = MissingNode.getInstance();
    private JsonNode gateway = MissingNode.getInstance();
    private String odd = "";
    private boolean begun;
    private boolean stopped;
    private int block = -1;
    private int blocks;

    private MessageView(DrillReply reply) {
        this.reply = reply;
    }

    static Seen of(DrillReply reply) {
        var view = new MessageView(reply);
        if (reply.stream()) {
            reply.events().forEach(view::event);
            view.require(!reply.marked(), "[DONE] in a stream of messages");
        } else {
            view.document(
                    reply.events().isEmpty()
                            ? MissingNode.getInstance()
                            : reply.data().getFirst());
        }
        boolean failed = !view.error.isMissingNode();
        return new Seen(
                reply.status(),
                reply.headers(),
                view.text.toString(),
                view.finish,
                view.error,
                view.gateway,
                reply.stream() && failed,
                !reply.broke() && (!reply.stream() || view.stopped || failed),
                reply.broke(),
                view.odd,
                reply.data(),
                reply.millis());
    }

    /** Keeps the first that does not hold. */
    private void require(boolean holds, String otherwise) {
        odd = holds || !odd.isEmpty() ? odd : otherwise;
    }

    private void document(JsonNode document) {
        if (reply.status() != 200) {
            error = document.path("error");
            require("error".equals(document.path("type").asText()), "a refusal that is no error");
            require(document.hasNonNull("request_id"), "a refusal without request_id");
            require(!error.path("message").asText().isEmpty(), "a refusal without a message");
            var type = error.path("type").asText();
            require(rightType(type), "status " + reply.status() + " with type " + type);
            return;
        }
        require("message".equals(document.path("type").asText()), "an answer that is no message");
        document.path("content").forEach(part -> text.append(part.path("text").asText("")));
        finish(document.path("stop_reason").asText(""));
        gateway = document.path("gateway");
    }

    private boolean rightType(String type) {
        return switch (reply.status()) {
            case 429 -> "rate_limit_error".equals(type);
            case 504 -> "timeout_error".equals(type);
            case 529 -> "overloaded_error".equals(type);
            default -> reply.status() >= 500 ? "api_error".equals(type) : !type.isEmpty() && !"api_error".equals(type);
        };
    }

    private void event(DrillReply.Event event) {
        var data = event.data();
        var type = data.path("type").asText();
        require(type.equals(event.name()), "event " + event.name() + " with type " + type);
        require(!stopped && error.isMissingNode(), type + " after the end");
        switch (type) {
            case "ping" -> {}
            case "message_start" -> {
                require(!begun, "a second message_start");
                begun = true;
            }
            case "content_block_start" -> {
                require(begun && block < 0 && data.path("index").asInt(-1) == blocks, "a block out of order");
                block = blocks;
                blocks++;
            }
            case "content_block_delta" -> {
                require(block >= 0 && data.path("index").asInt(-1) == block, "text outside of its block");
                text.append(data.at("/delta/text").asText(""));
            }
            case "content_block_stop" -> {
                require(block >= 0 && data.path("index").asInt(-1) == block, "the end of a block that is not open");
                block = -1;
            }
            case "message_delta" -> {
                require(begun && block < 0 && finish.isEmpty(), "message_delta out of order");
                finish(data.at("/delta/stop_reason").asText(""));
                require(data.path("usage").has("output_tokens"), "message_delta without usage");
                gateway = data.path("gateway");
            }
            case "message_stop" -> {
                require(!finish.isEmpty(), "message_stop without a stop reason");
                stopped = true;
            }
            case "error" -> {
                error = data.path("error");
                require(finish.isEmpty(), "an error after a stop reason");
                require(error.path("type").asText().endsWith("_error"), "an error without a type");
                require(!error.path("message").asText().isEmpty(), "an error without a message");
            }
            default -> require(false, "an unknown event " + type);
        }
    }

    private void finish(String stopReason) {
        finish = switch (stopReason) {
            case "end_turn", "stop_sequence" -> "stop";
            case "max_tokens" -> "length";
            case "tool_use" -> "tool_calls";
            case "refusal" -> "content_filter";
            default -> stopReason;
        };
    }
}
