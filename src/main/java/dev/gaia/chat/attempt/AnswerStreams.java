package dev.gaia.chat.attempt;

import dev.gaia.chat.provider.ClassifyFailure;
import dev.gaia.chat.rescue.RescueSettings;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.mapping.JsonStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Opens streams of answers, each with what it needs to go on when its model stops. */
final class AnswerStreams {

    /** Header of the request: {@code on} or {@code off}, the client's word on whether its stream may be continued. */
    static final String RESCUE_HEADER = "X-Stream-Rescue";

    private final CallSource source;
    private final ClassifyFailure classify;
    private final RescueSettings settings;
    private final RunawaySettings runaway;
    private final ProducerTemplate template;
    private final Set<AnswerStream> open = ConcurrentHashMap.newKeySet();

    AnswerStreams(
            CallSource source,
            ClassifyFailure classify,
            RescueSettings settings,
            RunawaySettings runaway,
            CamelContext camel) {
        this.runaway = runaway;
        this.source = source;
        this.classify = classify;
        this.settings = settings;
        this.template = camel.createProducerTemplate();
    }

    /** The stream that goes on with this one when it breaks off. */
    AnswerStream open(Exchange exchange, ModelCall call, JsonStream stream) {
        boolean allowed = wanted(exchange)
                && ChatVariables.object(exchange, ChatVariables.REQUEST)
                        .path("enable_fallback")
                        .asBoolean(true);
        Map<String, Object> variables = new HashMap<>(exchange.getVariables());
        var document = source.call(exchange).deepCopy();
        var rescuer = new Rescuer(
                call,
                document,
                settings,
                allowed,
                source.thinkingShown(exchange),
                delivered -> ask(variables, delivered));
        var answer =
                new AnswerStream(call, stream, classify, rescuer, new Runaway(document, runaway), source, open::remove);
        open.add(answer);
        return answer;
    }

    /** Whether a stream may be continued at all; another word than the two says nothing. */
    private boolean wanted(Exchange exchange) {
        var wish =
                exchange.getMessage().getHeader(RESCUE_HEADER, "", String.class).strip();
        return "on".equalsIgnoreCase(wish) || (settings.enabled() && !"off".equalsIgnoreCase(wish));
    }

    /** The process stops and has waited long enough: ends the streams that are open, each with an error in its stream. */
    void stop() {
        open.forEach(AnswerStream::stop);
    }

    /** Runs the route that asks others to go on; its body is a stream, or it fails. */
    private RescueSteps.Resumed ask(Map<String, Object> variables, RescueSteps.Broken broken) throws Exception {
        var ended = template.send("direct:chat-rescue", exchange -> {
            variables.forEach(exchange::setVariable);
            exchange.setVariable("call", broken.call().deepCopy());
            exchange.setVariable(RescueSteps.BROKEN, broken);
        });
        if (ended.getException() != null) {
            throw ended.getException();
        }
        return ended.getVariable(RescueSteps.RESUMED, RescueSteps.Resumed.class);
    }
}
