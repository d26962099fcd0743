package dev.gaia.chat;

import static dev.gaia.chat.turn.ChatVariables.REQUEST;

import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.mapping.JsonStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;

/**
 * Turns the events in the body into the bytes a client reads, and has the routes {@code chat-remember} or
 * {@code chat-fail} run when the stream has ended, as they run at once for a whole answer.
 */
final class StreamAnswer implements Processor {

    private final ProducerTemplate template;
    private final ChatSettings settings;

    StreamAnswer(CamelContext camel, ChatSettings settings) {
        this.template = camel.createProducerTemplate();
        this.settings = settings;
    }

    @Override
    public void process(Exchange exchange) {
        var message = exchange.getMessage();
        var turn = ChatTurn.of(exchange);
        var writer = new ChunkWriter(
                turn.path("request_id").asText(),
                turn.path("model").asText(),
                turn.path("created").asLong());
        message.setBody(new ChatChunkStream(
                message.getBody(JsonStream.class),
                writer,
                new TurnEnd(template, exchange, "direct:chat-remember"),
                ChatVariables.object(exchange, ChatVariables.GATEWAY),
                ChatVariables.object(exchange, REQUEST).path("include_usage").asBoolean(false),
                turn.path("simulated").asBoolean(false),
                settings.keepAlive()));
        message.setHeader(Exchange.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        message.setHeader("Cache-Control", "no-cache");
        message.setHeader("X-Accel-Buffering", "no");
    }
}
