package dev.gaia.chat.stream;

import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.link.ClientLimit;
import dev.gaia.link.GaiaHeaders;
import dev.gaia.mapping.JsonStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with a stream at once, and has the route named by the variable {@code frameFlow} write its frames on a thread
 * of its own, with the same variables. The stream ends with that route; when the client leaves, the thread is
 * interrupted.
 */
final class OpenStream implements Processor {

    /** The variable that holds the stream frames go to. */
    static final String STREAM = "frames";

    /** The variable in which a flow keeps an answer while it sends frames before it. */
    private static final String ANSWER = "answer";

    private static final Logger log = LoggerFactory.getLogger(OpenStream.class);
    /** What the names of headers begin with that the flow gets: those of the caller, and what its client says. */
    private static final List<String> KEPT_HEADERS = List.of(GaiaHeaders.PREFIX, "X-", "Origin");

    private final ProducerTemplate template;
    private final ChatSettings settings;

    OpenStream(CamelContext camel, ChatSettings settings) {
        this.template = camel.createProducerTemplate();
        this.settings = settings;
    }

    @Override
    public void process(Exchange exchange) {
        var message = exchange.getMessage();
        var flow = exchange.getVariable("frameFlow", String.class);
        var stream = new FrameStream(settings.keepAlive());
        // The exchange that writes begins now, and the client's time began with this one.
        ClientLimit.left(exchange);
        Map<String, Object> variables = new HashMap<>(exchange.getVariables());
        variables.put(STREAM, stream);
        Map<String, Object> headers = new HashMap<>();
        message.getHeaders().forEach((name, value) -> {
            if (KEPT_HEADERS.stream().anyMatch(kept -> name.regionMatches(true, 0, kept, 0, kept.length()))) {
                headers.put(name, value);
            }
        });
        Thread.ofVirtual().name(flow).start(() -> write(flow, stream, variables, headers));
        message.setBody(stream);
        message.setHeader(Exchange.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        message.setHeader("Cache-Control", "no-cache");
        message.setHeader("X-Accel-Buffering", "no");
    }

    /** Lets the model go whose answer nobody came to read, since the client left, or something failed, before. */
    private static void closeUnread(Exchange written) {
        Stream.of(written.getMessage().getBody(), written.getVariable(ANSWER))
                .filter(JsonStream.class::isInstance)
                .map(JsonStream.class::cast)
                .forEach(JsonStream::close);
    }

    private void write(String flow, FrameStream stream, Map<String, Object> variables, Map<String, Object> headers) {
        try {
            stream.writeFrom(Thread.currentThread());
            var written = template.send("direct:" + flow, sent -> {
                variables.forEach(sent::setVariable);
                sent.getMessage().setHeaders(headers);
            });
            closeUnread(written);
            if (written.getException() != null && !(written.getException() instanceof InterruptedException)) {
                log.error("{} failed", flow, written.getException());
            }
        } catch (InterruptedException e) {
            log.debug("{}: the client left before the first frame", flow);
        } finally {
            stream.end();
        }
    }
}
