package dev.gaia.gateway.edge;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/** Drains the edge when the process stops, before Camel stops the routes the running requests are in. */
final class EdgeLifecycle implements SmartLifecycle {

    /** Camel's context stops in phase {@code Integer.MAX_VALUE - 2049}; higher phases stop earlier. */
    static final int PHASE = Integer.MAX_VALUE - 1024;

    private final EdgeServer server;
    private final EdgeSettings settings;
    private final ApplicationContext context;
    private final Runnable letGo;
    private volatile boolean running;

    /** @param letGo ends what requests wait for in other processes */
    EdgeLifecycle(EdgeServer server, EdgeSettings settings, ApplicationContext context, Runnable letGo) {
        this.letGo = letGo;
        this.server = server;
        this.settings = settings;
        this.context = context;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        server.stop(settings.drainTimeout(), letGo);
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
