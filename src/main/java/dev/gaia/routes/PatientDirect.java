package dev.gaia.routes;

import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * The component {@code direct} of a process whose routes are replaced while they are called.
 *
 * <p>Camel's own lets callers wait while there is no route, but not those who found the old one a moment before it
 * stopped; and a producer that several threads use may give one of them the old route after the other has found the
 * new. Here everybody goes through the route's door and looks for the route behind it.
 */
final class PatientDirect extends DirectComponent {

    private final RouteDoors doors;

    PatientDirect(RouteDoors doors) {
        this.doors = doors;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        var endpoint = new PatientEndpoint(uri, this);
        endpoint.setBlock(isBlock());
        endpoint.setTimeout(getTimeout());
        setProperties(endpoint, parameters);
        return endpoint;
    }

    private static final class PatientEndpoint extends DirectEndpoint {

        private final RouteDoors doors;

        PatientEndpoint(String uri, PatientDirect component) {
            super(uri, component);
            this.doors = component.doors;
        }

        @Override
        public AsyncProducer createProducer() {
            return new PatientProducer(this, doors.of(this));
        }

        private AsyncProducer unheldProducer() throws Exception {
            return (AsyncProducer) super.createProducer();
        }
    }

    private static final class PatientProducer extends DefaultAsyncProducer {

        private final PatientEndpoint endpoint;
        private final RouteDoor door;

        PatientProducer(PatientEndpoint endpoint, RouteDoor door) {
            super(endpoint);
            this.endpoint = endpoint;
            this.door = door;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            AsyncProducer producer;
            try {
                producer = endpoint.unheldProducer();
                door.enter();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return failed(exchange, e, callback);
            } catch (Exception e) {
                return failed(exchange, e, callback);
            }
            return producer.process(exchange, synchronously -> {
                door.leave();
                callback.done(synchronously);
            });
        }

        private static boolean failed(Exchange exchange, Exception cause, AsyncCallback callback) {
            exchange.setException(cause);
            callback.done(true);
            return true;
        }
    }
}
