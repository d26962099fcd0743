package dev.gaia.gateway.health;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.error.Failure;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Step after a probe that failed. A refusal is an answer and has its time; anything else has a sentence, which names no
 * address since everybody may read it.
 */
@Component("tellUnhealthy")
final class TellUnhealthy implements Processor {

    @Override
    public void process(Exchange exchange) {
        var probe = JsonNodeFactory.instance.objectNode().put("status", "unhealthy");
        if (exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof Failure) {
            probe.put("response_time", exchange.getClock().elapsed() / 1000.0);
        } else {
            probe.put("error", "Service is not reachable");
        }
        exchange.getMessage().setBody(probe);
    }
}
