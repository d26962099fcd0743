package dev.gaia.chat.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.tools.ToolVariables;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.mapping.JsonStream;
import java.io.ByteArrayOutputStream;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** The steps by which routes write the frames of a stream, and what frames tell beside the turn. */
final class FrameSteps {

    private static final DateTimeFormatter NAIVE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(US_ASCII);
    private static final byte[] END = "\n\n".getBytes(US_ASCII);
    /** What the client reads of a failure: text, empty while there is none. */
    private static final String ERROR = "frameError";

    private static final String OPENED_NANOS = "gaiaStreamOpenedNanos";
    /** Figures of the stream: JSON object that mappings read as {@code $stream}. */
    private static final String FIGURES = "frameFigures";

    /** The provider that failed last; empty while none did. */
    private static final String CHOSEN = "chosenProvider";

    private final ObjectMapper mapper;
    private final ProducerTemplate template;

    FrameSteps(ObjectMapper mapper, CamelContext camel) {
        this.mapper = mapper;
        this.template = camel.createProducerTemplate();
    }

    /** Leaves the time of day, without a zone and meant as UTC, in the variable {@code moment}. */
    void noteMoment(Exchange exchange) {
        exchange.setVariable("moment", LocalDateTime.now(ZoneOffset.UTC).format(NAIVE));
    }

    /** Begins the figures of a stream. */
    void beginFigures(Exchange exchange) {
        exchange.setVariable(ERROR, "");
        exchange.setVariable(CHOSEN, "");
        exchange.setVariable(OPENED_NANOS, System.nanoTime());
        exchange.setVariable(
                FIGURES,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("context_ms", 0.0)
                        .put("persona_hit", false)
                        .put("tools_hit", false)
                        .put("routing_ms", 0)
                        .put("first_content_ms", 0)
                        .put("length", 0));
    }

    /** Notes how long persona, tools and dialogue took, and which of them were known. */
    void noteContext(Exchange exchange) {
        ChatVariables.object(exchange, FIGURES)
                .put("context_ms", Math.round(sinceOpened(exchange) / 10_000.0) / 100.0)
                .put("persona_hit", !exchange.getVariable(ChatVariables.PERSONA_UNKNOWN, false, Boolean.class))
                .put("tools_hit", exchange.getVariable(ToolVariables.KNOWN, true, Boolean.class));
    }

    /** Notes how long everything before the provider took. */
    void noteRouting(Exchange exchange) {
        ChatVariables.object(exchange, FIGURES).put("routing_ms", sinceOpened(exchange) / 1_000_000);
    }

    /** Leaves in the variable {@code frameError} what the client may read of the failure that was noted. */
    void explainFailure(Exchange exchange) {
        exchange.setVariable(
                ERROR,
                switch (exchange.getVariable("failure")) {
                    case ProviderFailure failure ->
                        "Chat completion failed: " + failure.kind().sentence();
                    case Failure failure -> failure.getMessage();
                    case null, default -> FailureCode.CHAT_INTERNAL.sentence();
                });
    }

    /** Sends the JSON document in the body as one frame. */
    void sendFrame(Exchange exchange) throws JsonProcessingException, InterruptedException {
        var document = mapper.writeValueAsBytes(exchange.getMessage().getBody(JsonNode.class));
        var frame = new ByteArrayOutputStream(document.length + DATA.length + END.length);
        frame.writeBytes(DATA);
        frame.writeBytes(document);
        frame.writeBytes(END);
        stream(exchange).send(frame.toByteArray());
    }

    /** Sends the mark after the last frame. */
    void sendDone(Exchange exchange) throws InterruptedException {
        stream(exchange).send(DONE);
    }

    /** Sends the events in the body as typed content frames, and leaves the whole answer in the neutral form. */
    void sendTypedContent(Exchange exchange) throws ProviderFailure, InterruptedException {
        var turn = ChatTurn.of(exchange);
        pump(
                exchange,
                new TypedContent(
                        turn.path("provider").asText(), turn.path("model").asText()),
                by -> tellResumed(exchange, by));
    }

    /** Runs the route that tells in frames that another model goes on with the answer. */
    private void tellResumed(Exchange exchange, JsonNode by) throws InterruptedException {
        var provider = by.path("provider").asText();
        ChatTurn.of(exchange)
                .put("provider", provider)
                .put("model", by.path("model").asText())
                .put("fallback_used", true)
                .put("resumed", true);
        exchange.setVariable(CHOSEN, exchange.getVariable(ChatVariables.PROVIDER));
        exchange.setVariable(ChatVariables.PROVIDER, provider);
        var told = template.send(
                "direct:chat-stream-replaced", frames -> exchange.getVariables().forEach(frames::setVariable));
        switch (told.getException()) {
            case null -> {
                // the client knows
            }
            case InterruptedException left -> throw left;
            case Exception defect -> throw new IllegalStateException(defect);
        }
    }

    /** Sends the events in the body as frames of whole words, and leaves the whole answer in the neutral form. */
    void sendWordContent(Exchange exchange) throws ProviderFailure, InterruptedException {
        pump(exchange, new WordContent(), by -> {});
    }

    private static void pump(Exchange exchange, ContentFrames frames, ContentPump.Resumption onResumed)
            throws ProviderFailure, InterruptedException {
        var message = exchange.getMessage();
        var figures = ChatVariables.object(exchange, FIGURES);
        var pump = new ContentPump(
                stream(exchange),
                frames,
                () -> figures.put("first_content_ms", sinceOpened(exchange) / 1_000_000),
                onResumed);
        var reply = pump.run(message.getBody(JsonStream.class));
        figures.put("length", reply.path("text").asText().length());
        message.setBody(reply);
    }

    private static long sinceOpened(Exchange exchange) {
        return System.nanoTime() - exchange.getVariable(OPENED_NANOS, Long.class);
    }

    private static FrameStream stream(Exchange exchange) {
        return exchange.getVariable(OpenStream.STREAM, FrameStream.class);
    }
}
