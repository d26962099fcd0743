package dev.gaia.ops;

import dev.gaia.StartRefused;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The management port. It has an event loop of its own, so that it answers when the edge does not, starts before
 * everything else and stops after it, so that probes see the process come and go.
 */
final class ManagementServer implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger("gaia.lifecycle");
    private static final int IDLE_SECONDS = 30;
    private static final int HEADERS_MAX_BYTES = 8 * 1024;

    /** Pages in the making; a page may wait for the checks behind it. */
    private static final int IN_PROGRESS_MAX = 16;

    private final ManagementSettings settings;
    private final ManagementPages pages;
    private final Semaphore places = new Semaphore(IN_PROGRESS_MAX);
    private Optional<Vertx> vertx = Optional.empty();
    private Optional<HttpServer> server = Optional.empty();

    ManagementServer(ManagementSettings settings, ManagementPages pages) {
        this.settings = settings;
        this.pages = pages;
    }

    /** The port it listens on; -1 when it does not. */
    int port() {
        return server.map(HttpServer::actualPort).orElse(-1);
    }

    @Override
    public void start() {
        settings.listen().ifPresent(this::listen);
    }

    private void listen(int port) {
        var engine = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        vertx = Optional.of(engine);
        var listening = engine.createHttpServer(
                        new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setMaxHeaderSize(HEADERS_MAX_BYTES))
                .requestHandler(this::answer)
                .listen(port, settings.host());
        try {
            server = Optional.of(
                    listening.toCompletionStage().toCompletableFuture().get());
            LOG.info("Management pages on http://{}:{}/actuator/health", settings.host(), port());
        } catch (ExecutionException e) {
            stop();
            throw new StartRefused(
                    "`gaia.management.port` is %d, which cannot be opened on %s (%s); stop the program that has it, or choose another port or off."
                            .formatted(port, settings.host(), e.getCause().getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpServerRequest request) {
        var page = pages.page(request.path());
        if (page.isEmpty()) {
            request.response().setStatusCode(404).end();
        } else if (!HttpMethod.GET.equals(request.method())) {
            request.response().setStatusCode(405).putHeader("Allow", "GET").end();
        } else if (!places.tryAcquire()) {
            request.response().setStatusCode(503).end();
        } else {
            Thread.ofVirtual().name("management").start(() -> {
                try {
                    write(request, page.get().get());
                } catch (RuntimeException e) {
                    LOG.warn("The page {} could not be made.", request.path(), e);
                    write(request, new ManagementPage(500, "text/plain", Buffer.buffer()));
                } finally {
                    places.release();
                }
            });
        }
    }

    private static void write(HttpServerRequest request, ManagementPage page) {
        request.response()
                .setStatusCode(page.status())
                .putHeader("Content-Type", page.contentType())
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(page.body());
    }

    @Override
    public void stop() {
        server = Optional.empty();
        vertx.ifPresent(engine ->
                engine.close().toCompletionStage().toCompletableFuture().join());
        vertx = Optional.empty();
    }

    @Override
    public boolean isRunning() {
        return server.isPresent();
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
