package dev.gaia.chat;

import static dev.gaia.chat.ChatVariables.REQUEST;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.link.GaiaHeaders;
import dev.gaia.mapping.JsonStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;

/**
 * Turns the events in the body into the bytes a client reads, and has the routes {@code chat-remember} or
 * {@code chat-fail} run when the stream has ended, as they run at once for a whole answer.
 */
final class StreamAnswer implements Processor {

    private static final List<String> KEPT_HEADERS = List.of(GaiaHeaders.USER_ID, GaiaHeaders.REQUEST_ID);

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
                end(exchange),
                ChatVariables.object(exchange, ChatVariables.GATEWAY),
                ChatVariables.object(exchange, REQUEST).path("include_usage").asBoolean(false),
                turn.path("simulated").asBoolean(false),
                settings.keepAlive()));
        message.setHeader(Exchange.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        message.setHeader("Cache-Control", "no-cache");
        message.setHeader("X-Accel-Buffering", "no");
    }

    private ChatChunkStream.End end(Exchange exchange) {
        Map<String, Object> variables = new HashMap<>(exchange.getVariables());
        Map<String, Object> headers = new HashMap<>();
        for (var name : KEPT_HEADERS) {
            var value = exchange.getMessage().getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return new ChatChunkStream.End() {
            @Override
            public void answered(JsonNode reply) {
                run("direct:chat-remember", reply);
            }

            @Override
            public void failed(String reason) {
                run("direct:chat-fail", reason);
            }

            private void run(String route, Object body) {
                template.send(route, ended -> {
                    variables.forEach(ended::setVariable);
                    ended.getMessage().setHeaders(headers);
                    ended.getMessage().setBody(body);
                });
            }
        };
    }
}
