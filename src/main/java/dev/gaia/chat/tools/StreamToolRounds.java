package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.ModelCall;
import dev.gaia.mapping.JsonStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;

/** Has the route {@code chat-tools-round} run whenever the stream in the body asks for tools. */
final class StreamToolRounds implements Processor {

    private final ProducerTemplate template;

    StreamToolRounds(CamelContext camel) {
        this.template = camel.createProducerTemplate();
    }

    @Override
    public void process(Exchange exchange) {
        var message = exchange.getMessage();
        Map<String, Object> variables = new HashMap<>(exchange.getVariables());
        Map<String, Object> headers = new HashMap<>(message.getHeaders());
        var answered = exchange.getVariable(ModelCall.VARIABLE, ModelCall.class);
        var round = new ToolStream.Round() {
            @Override
            public JsonStream run(ObjectNode reply) throws Exception {
                return round(reply, variables, headers);
            }

            @Override
            public void brokeOff() {
                answered.brokeOff(false);
            }
        };
        message.setBody(new ToolStream(message.getBody(JsonStream.class), ToolVariables.rounds(exchange), round));
    }

    private JsonStream round(ObjectNode reply, Map<String, Object> variables, Map<String, Object> headers)
            throws Exception {
        var asked = template.send("direct:chat-tools-round", round -> {
            variables.forEach(round::setVariable);
            round.getMessage().setHeaders(new HashMap<>(headers));
            round.getMessage().setBody(reply);
        });
        if (asked.getException() != null) {
            throw asked.getException();
        }
        return asked.getMessage().getBody(JsonStream.class);
    }
}
