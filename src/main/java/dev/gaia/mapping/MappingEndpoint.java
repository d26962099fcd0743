package dev.gaia.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/** One use of a mapping in a route. */
final class MappingEndpoint extends DefaultEndpoint {

    private final Mapping mapping;
    private final List<String> variables;

    MappingEndpoint(String uri, MappingComponent component, Mapping mapping, String variables) {
        super(uri, component);
        this.mapping = mapping;
        this.variables = Arrays.stream(variables.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    @Override
    public Producer createProducer() {
        return new DefaultProducer(this) {
            @Override
            public void process(Exchange exchange) {
                map(exchange);
            }
        };
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("mapping: can only be called, not listened to");
    }

    @Override
    public boolean isLenientProperties() {
        return false;
    }

    private void map(Exchange exchange) {
        var values = values(exchange);
        var message = exchange.getMessage();
        switch (message.getBody()) {
            case JsonNode document -> message.setBody(mapping.apply(document, values));
            case JsonStream stream -> message.setBody(stream.map(document -> mapping.apply(document, values)));
            case null -> throw new MappingFault(mapping.name() + ": there is no body; read it as JSON first");
            case Object other ->
                throw new MappingFault(mapping.name() + ": the body is a "
                        + other.getClass().getSimpleName() + "; read it as JSON first");
        }
    }

    private Map<String, JsonNode> values(Exchange exchange) {
        if (variables.isEmpty()) {
            return Map.of();
        }
        Map<String, JsonNode> values = HashMap.newHashMap(variables.size());
        for (var name : variables) {
            switch (exchange.getVariable(name)) {
                case JsonNode document -> values.put(name, document);
                case String text -> values.put(name, TextNode.valueOf(text));
                case null, default ->
                    throw new MappingFault(
                            mapping.name() + ": the variable " + name + " holds neither a JSON document nor text");
            }
        }
        return values;
    }
}
