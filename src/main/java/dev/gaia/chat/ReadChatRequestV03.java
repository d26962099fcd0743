package dev.gaia.chat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Checks a request of v0.3, which has a message, a conversation and a wish for a stream and nothing else, and leaves it
 * as {@link ReadChatRequest} does. No conversation means a new one.
 */
@Component("readChatRequestV03")
final class ReadChatRequestV03 implements Processor {

    private final ObjectMapper mapper;
    private final ReadChatRequest reader;

    ReadChatRequestV03(ObjectMapper mapper, ReadChatRequest reader) {
        this.mapper = mapper;
        this.reader = reader;
    }

    @Override
    public void process(Exchange exchange) {
        var body = RequestDocument.read(mapper, exchange.getMessage().getBody(byte[].class));
        var message = body.path("message");
        if (!message.isTextual() || message.textValue().isBlank()) {
            throw refused("Missing required field: message");
        }
        var stream = body.path("stream");
        if (body.hasNonNull("stream") && !stream.isBoolean()) {
            throw refused("Field stream must be true or false");
        }
        var conversation = body.path("conversation_id").asText("");
        var request = JsonNodeFactory.instance
                .objectNode()
                .put("message", message.textValue())
                .put("stream", stream.booleanValue())
                .put("conversation_id", conversation.isBlank() || "null".equals(conversation) ? "new" : conversation);
        reader.begin(exchange, request);
    }

    private static Failure refused(String reason) {
        return Failure.of(FailureCode.CHAT_BAD_REQUEST, reason);
    }
}
