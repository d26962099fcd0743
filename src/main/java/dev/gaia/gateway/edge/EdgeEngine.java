package dev.gaia.gateway.edge;

import dev.gaia.routes.RouteDoors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Processor;
import org.apache.camel.StaticService;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The {@code platform-http} engine. Camel starts it with the first route that faces HTTP, so a process without such
 * routes opens no port; it stays open across route reloads until {@link EdgeLifecycle} drains it.
 */
final class EdgeEngine extends ServiceSupport implements PlatformHttpEngine, CamelContextAware, StaticService {

    private final EdgeServer server;
    private final Operations operations;
    private final Readiness readiness;
    private final Processor answerFailure;
    private final RouteDoors doors;
    private CamelContext camelContext;

    EdgeEngine(
            EdgeServer server, Operations operations, Readiness readiness, Processor answerFailure, RouteDoors doors) {
        this.server = server;
        this.operations = operations;
        this.readiness = readiness;
        this.answerFailure = answerFailure;
        this.doors = doors;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new EdgeConsumer(endpoint, processor, answerFailure, operations, doors.of(endpoint));
    }

    @Override
    public int getServerPort() {
        return server.port();
    }

    @Override
    public String getScheme() {
        return "http";
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        readiness.watch(camelContext);
        server.start();
    }
}
