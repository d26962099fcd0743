package dev.gaia.ops;

import dev.gaia.link.Broker;
import dev.gaia.routes.Services;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Has {@code ops-service-life} tell monitoring about the life of this process: once it is up, on a thread of its own,
 * and before it goes down. In between the gateway looks once for each service. Silent without a broker.
 */
@Component
public class ServiceLife {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceLife.class);

    /** A broker that needs longer misses the first events, like every event while it is away. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private final Broker broker;
    private final Services services;
    private final ProducerTemplate routes;

    ServiceLife(Broker broker, Services services, ProducerTemplate routes) {
        this.broker = broker;
        this.services = services;
        this.routes = routes;
    }

    /** The services of this process. */
    public List<String> services() {
        return List.copyOf(services.names());
    }

    /** Tells this process from others of the same service: {@code <process id>@<host>}. */
    public String instance() {
        return ManagementFactory.getRuntimeMXBean().getName();
    }

    @EventListener(ApplicationReadyEvent.class)
    void started() {
        if (broker.configured()) {
            Thread.ofVirtual().name("gaia-service-start").start(this::tellStart);
        }
    }

    @EventListener(ContextClosedEvent.class)
    void stopping() {
        if (broker.connected()) {
            call("direct:ops-service-life", "stopping");
        }
    }

    private void tellStart() {
        try {
            broker.await(CONNECT_LIMIT);
            call("direct:ops-service-life", "starting");
            if (services.hasGateway()) {
                call("direct:gateway-probe", "starting");
            }
            call("direct:ops-service-life", "healthy");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void call(String route, String phase) {
        var exchange = routes.send(route, message -> message.setVariable("lifePhase", phase));
        if (exchange.getException() != null) {
            LOG.warn(
                    "{} could not be told to monitoring: {}",
                    phase,
                    exchange.getException().toString());
        }
    }
}
