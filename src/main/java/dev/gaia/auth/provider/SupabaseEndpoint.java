package dev.gaia.auth.provider;

import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/** One operation of the identity provider, as a route calls it. */
final class SupabaseEndpoint extends DefaultEndpoint {

    private final CallProvider call;

    SupabaseEndpoint(String uri, SupabaseComponent component, CallProvider call) {
        super(uri, component);
        this.call = call;
    }

    @Override
    public Producer createProducer() {
        return new DefaultProducer(this) {
            @Override
            public void process(Exchange exchange) throws Exception {
                call.process(exchange);
            }
        };
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("supabase: can only be called, not listened to");
    }
}
