package dev.gaia.chat.provider;

import dev.gaia.chat.provider.ProviderFailure.Kind;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Takes an answer that its mapping cannot read for a passing fault of the provider (failures F35). The mapping's own words
 * may quote the answer, so they are not repeated.
 */
@Component("refuseShape")
final class RefuseShape implements Processor {

    @Override
    public void process(Exchange exchange) throws ProviderFailure {
        throw new ProviderFailure(Kind.TRANSIENT, "the answer has another shape than its mapping reads");
    }
}
