package dev.gaia.gateway.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** Puts the results of the probes, as they come, into one object by service. */
@Component("collectProbes")
final class CollectProbes implements AggregationStrategy {

    /** Camel gives null in the place of the result before the first one. */
    @Override
    public Exchange aggregate(Exchange collected, Exchange probe) {
        var result = collected == null ? probe : collected;
        var services = result.getVariable(ServiceProbe.SERVICES, ObjectNode.class);
        if (services == null) {
            services = JsonNodeFactory.instance.objectNode();
            result.setVariable(ServiceProbe.SERVICES, services);
        }
        services.set(
                probe.getVariable(ServiceProbe.SERVICE, String.class),
                probe.getMessage().getBody(JsonNode.class));
        return result;
    }
}
