package dev.gaia.chat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.mapping.ForwardingStream;
import dev.gaia.mapping.JsonStream;
import dev.gaia.mapping.MappingFault;
import java.io.IOException;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Leaves out the events of the stream in the body that their mapping cannot read, within reason, as those that are no JSON
 * (failures F10): the rest may be good.
 */
@Component("skipMisfits")
final class SkipMisfits implements Processor {

    @Override
    public void process(Exchange exchange) {
        var message = exchange.getMessage();
        var attempt = exchange.getVariable(Attempt.VARIABLE, Attempt.class);
        message.setBody(new Fitting(message.getBody(JsonStream.class), attempt));
    }

    private static final class Fitting extends ForwardingStream {

        private final Attempt attempt;

        Fitting(JsonStream source, Attempt attempt) {
            super(source);
            this.attempt = attempt;
        }

        @Override
        public Optional<JsonNode> next() throws IOException, InterruptedException {
            while (true) {
                try {
                    return source().next();
                } catch (MappingFault e) {
                    if (!attempt.skipEvent()) {
                        close();
                        var failure = new ProviderFailure(
                                Kind.BROKEN,
                                "too many events have another shape than their mapping reads",
                                Details.NONE.with(Sign.LET_GO));
                        throw new IOException(failure.getMessage(), failure);
                    }
                }
            }
        }
    }
}
