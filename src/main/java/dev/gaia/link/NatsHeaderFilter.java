package dev.gaia.link;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * What headers a plain NATS endpoint lets through: outwards the request id and the content type, so that no credential
 * of a client leaks into an event; inwards the content type alone. camel-nats 4.17 would take in every header, those
 * that steer Camel included.
 */
final class NatsHeaderFilter implements HeaderFilterStrategy {

    /** True keeps the header out of the message. */
    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return !GaiaHeaders.REQUEST_ID.equalsIgnoreCase(name) && !Exchange.CONTENT_TYPE.equalsIgnoreCase(name);
    }

    /** True keeps the header out of the exchange. */
    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return !Exchange.CONTENT_TYPE.equalsIgnoreCase(name);
    }
}
