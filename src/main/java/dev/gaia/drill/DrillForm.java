package dev.gaia.drill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How a client of a Gaia asks and what it reads: as clients of OpenAI do, or as clients of Anthropic do. */
enum DrillForm {
    OPENAI("/api/v1/chat/completions") {
        @Override
        ObjectNode body(String drill, String model, boolean stream) {
            var body = request(drill, model, stream);
            if (stream) {
                body.putObject("stream_options").put("include_usage", true);
            }
            return body;
        }

        @Override
        Seen seen(DrillReply reply) {
            return CompletionView.of(reply);
        }
    },

    ANTHROPIC("/v1/messages") {
        @Override
        ObjectNode body(String drill, String model, boolean stream) {
            return request(drill, model, stream).put("max_tokens", MAX_TOKENS);
        }

        @Override
        Seen seen(DrillReply reply) {
            return MessageView.of(reply);
        }
    };

    /** More than the drill's text has. */
    private static final int MAX_TOKENS = 4_096;

    private final String path;

    DrillForm(String path) {
        this.path = path;
    }

    /** The operation that is called unless another is named. */
    String path() {
        return path;
    }

    /** The request of a drill. */
    abstract ObjectNode body(String drill, String model, boolean stream);

    /** What a client of this form makes of an answer. */
    abstract Seen seen(DrillReply reply);

    private static ObjectNode request(String drill, String model, boolean stream) {
        var body = JsonNodeFactory.instance.objectNode().put("model", model).put("stream", stream);
        body.putArray("messages")
                .addObject()
                .put("role", "user")
                .put("content", "[drill " + drill + "] Say your forty parts.");
        return body;
    }
}
