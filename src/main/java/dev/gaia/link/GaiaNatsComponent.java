package dev.gaia.link;

import io.nats.client.Connection;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.component.nats.NatsComponent;
import org.apache.camel.component.nats.NatsEndpoint;
import org.apache.camel.spi.annotations.Component;

/**
 * The component {@code nats}: a subject with dots is an endpoint of camel-nats on the shared connection, a name without
 * dots is an endpoint of the link.
 */
@Component("nats") // or camel-nats does not find the options of its own endpoints
public final class GaiaNatsComponent extends NatsComponent {

    private final Link link;
    private final Connection connection;
    private final NatsHeaderFilter headerFilter = new NatsHeaderFilter();

    public GaiaNatsComponent(Link link) {
        this.link = link;
        this.connection = SharedConnection.of(link.broker());
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (remaining.indexOf('.') < 0) {
            LinkSubjects.segment(remaining);
            var endpoint = new LinkEndpoint(uri, this, remaining, link);
            endpoint.setInFlightMax(getAndRemoveParameter(parameters, "inFlightMax", Integer.class, 1000));
            endpoint.setStreamed(getAndRemoveParameter(parameters, "streamed", Boolean.class, false));
            endpoint.setTimeout(getAndRemoveParameter(parameters, "timeout", Long.class, 0L));
            return endpoint;
        }
        var endpoint = (NatsEndpoint) super.createEndpoint(uri, remaining, parameters);
        endpoint.getConfiguration().setConnection(connection);
        endpoint.setHeaderFilterStrategy(headerFilter);
        return endpoint;
    }
}
