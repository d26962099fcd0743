package dev.gaia.gateway.edge;

import dev.gaia.StartRefused;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens, once for each event loop on the same port, and closes the door again without dropping who is inside. */
final class EdgeServer {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeServer.class);
    private static final int ANY_PORT_SHARED = -1;
    private static final int START_SECONDS = 30;
    private static final int FAREWELL_SECONDS = 1;
    private static final int END_SECONDS = 2;

    private final Vertx vertx;
    private final EdgeSettings settings;
    private final EdgeLimits limits;
    private final Admission admission;
    private final RequestGate gate;
    private final List<Loop> loops = new CopyOnWriteArrayList<>();
    private volatile int port;

    EdgeServer(Vertx vertx, EdgeSettings settings, EdgeLimits limits, Admission admission, RequestGate gate) {
        this.vertx = vertx;
        this.settings = settings;
        this.limits = limits;
        this.admission = admission;
        this.gate = gate;
    }

    /** The port in use; 0 before the start. */
    int port() {
        return port;
    }

    /**
     * Starts to listen.
     *
     * @throws StartRefused when the address cannot be bound
     */
    synchronized void start() throws InterruptedException {
        if (port != 0) {
            return;
        }
        try {
            vertx.deployVerticle(Loop::new, new DeploymentOptions().setInstances(settings.loops()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            String address = settings.host() + ":" + settings.port();
            throw new StartRefused(
                    isTaken(e.getCause())
                            ? "`gaia.gateway.port` is " + settings.port() + ", but " + address
                                    + " is taken; stop the other program or choose another port."
                            : "The gateway cannot listen on " + address + ": " + e.getCause());
        }
        LOG.info("The gateway listens on {}:{}", settings.host(), port);
    }

    /** Linux's own sockets tell it in words only. */
    private static boolean isTaken(Throwable cause) {
        return cause instanceof BindException || String.valueOf(cause).contains("Address already in use");
    }

    /**
     * Takes no new requests, gives the running ones their time, then ends what is left. The port stays open until the
     * process ends: whoever comes meanwhile is told to come back.
     *
     * @param letGo ends what requests wait for in other processes
     */
    synchronized void stop(Duration drainTimeout, Runnable letGo) {
        admission.drain();
        long deadline = System.nanoTime() + drainTimeout.toNanos();
        // At the deadline whoever writes a stream says in it that it ends, and is given a moment for that; after it
        // the other processes are let go, whose answers then end in the same way here.
        if (!await(deadline) && !awaitFarewell() && !awaitFarewell(letGo)) {
            LOG.warn("{} requests did not end within {}; ending them", admission.inProgress(), drainTimeout);
            loops.forEach(loop -> loop.run(Connection::cut));
            await(System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS));
        }
        loops.forEach(loop -> loop.run(Connection::close));
        loops.clear();
    }

    private boolean awaitFarewell() {
        return await(System.nanoTime() + TimeUnit.SECONDS.toNanos(FAREWELL_SECONDS));
    }

    private boolean awaitFarewell(Runnable letGo) {
        letGo.run();
        return awaitFarewell();
    }

    private boolean await(long deadline) {
        boolean interrupted = false;
        while (admission.inProgress() > 0 || loops.stream().anyMatch(Loop::unsent)) {
            if (System.nanoTime() > deadline || interrupted) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                interrupted = true;
            }
        }
        return true;
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port() == 0 ? ANY_PORT_SHARED : settings.port())
                .setMaxInitialLineLength(limits.requestLineMaxBytes())
                .setMaxHeaderSize(limits.headersMaxBytes())
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setAcceptBacklog(1024)
                .setTcpNoDelay(true);
    }

    /** One event loop's share of the server. */
    private final class Loop extends AbstractVerticle {
        private final EventLoopConnections connections = new EventLoopConnections(admission);
        private final HttpServerOptions options = options();

        @Override
        public void start(Promise<Void> started) {
            vertx.createHttpServer(options)
                    .connectionHandler(this::accept)
                    .invalidRequestHandler(gate::refuse)
                    .requestHandler(gate::handle)
                    .listen()
                    .onSuccess(server -> {
                        port = server.actualPort();
                        loops.add(this);
                        vertx.setPeriodic(EventLoopConnections.CHECK_MILLIS, timer -> connections.check());
                    })
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        private void accept(HttpConnection accepted) {
            Connection.open(accepted, options, connections, limits);
        }

        void run(Consumer<Connection> action) {
            context.runOnContext(now -> connections.all().forEach(action));
        }

        boolean unsent() {
            var unsent = new CompletableFuture<Boolean>();
            context.runOnContext(
                    now -> unsent.complete(connections.all().stream().anyMatch(Connection::unsent)));
            return unsent.completeOnTimeout(false, 1, TimeUnit.SECONDS).join();
        }
    }
}
