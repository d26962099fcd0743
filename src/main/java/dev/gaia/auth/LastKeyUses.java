package dev.gaia.auth;

import org.apache.camel.ProducerTemplate;
import org.springframework.context.SmartLifecycle;

/** Has the uses of keys that still wait written when the process stops: after the last request, before the routes end. */
final class LastKeyUses implements SmartLifecycle {

    /** Between the edge, which drains in phase {@code MAX_VALUE - 1024}, and Camel in {@code MAX_VALUE - 2049}. */
    private static final int PHASE = Integer.MAX_VALUE - 1536;

    private final KeyUses uses;
    private final ProducerTemplate routes;
    private volatile boolean running;

    LastKeyUses(KeyUses uses, ProducerTemplate routes) {
        this.uses = uses;
        this.routes = routes;
    }

    @Override
    public void start() {
        running = true;
    }

    /** The route itself gives up quietly when the database does not answer. */
    @Override
    public void stop() {
        running = false;
        if (uses.anyWaiting()) {
            routes.send("direct:auth-key-used", exchange -> {});
        }
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
