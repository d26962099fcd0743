package dev.gaia.chat.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One declared MCP server: started when it is first needed, started again after a pause that grows while it fails, and
 * asked for its tools once in a while. Used by many threads: it starts on one of its own while those that call it wait,
 * each as long as it can, and one asks for the tools anew while the others go on with those they know. Pauses and ages
 * vary by a tenth, so that many processes do not ask one server at the same moment.
 */
public final class McpServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(McpServer.class);

    private final ServerDeclaration declaration;
    private final McpSettings settings;
    private final McpSession.Opener opener;
    private final ToolApprovals approvals;
    private final Semaphore calls;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<McpSession> session = Optional.empty();
    private Optional<CompletableFuture<McpSession>> starting = Optional.empty();
    private Optional<CompletableFuture<List<McpTool>>> listing = Optional.empty();
    private long listAgainNanos;
    private boolean refreshing;
    private int failures;
    private long startAgainNanos;
    private boolean closed;

    McpServer(ServerDeclaration declaration, McpSettings settings, McpSession.Opener opener, ApprovalStore approvals) {
        this.declaration = declaration;
        this.settings = settings;
        this.opener = opener;
        this.approvals = new ToolApprovals(declaration, settings.toolsMax(), approvals);
        this.calls = new Semaphore(settings.callsMax());
    }

    public String name() {
        return declaration.name();
    }

    /** The tools that may be offered; none while the server cannot be used or takes too long to tell. */
    public List<McpTool> tools() {
        try {
            return listing().get(settings.listTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.info("The MCP server {} has not told its tools yet; this time none of them is offered", name());
        } catch (ExecutionException e) {
            log.debug(
                    "The MCP server {} told no tools: {}", name(), e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.of();
    }

    /** Whether a tool may change things. */
    public boolean acts(McpTool tool) {
        return declaration.effect(tool) != ServerDeclaration.Effect.READS;
    }

    /** Tools that the server has and that are not offered until an operator approves them. */
    int withheld() {
        return approvals.withheld();
    }

    private CompletableFuture<List<McpTool>> listing() {
        lock.lock();
        try {
            var known = listing.filter(list -> !list.isCompletedExceptionally());
            if (known.isEmpty()) {
                listing = Optional.of(ask());
                return listing.get();
            }
            if (known.get().isDone() && !refreshing && System.nanoTime() - listAgainNanos > 0) {
                refreshing = true;
                var asked = ask();
                var unused = asked.whenComplete((tools, failure) -> refreshed(known.get(), asked));
            }
            return known.get();
        } finally {
            lock.unlock();
        }
    }

    private CompletableFuture<List<McpTool>> ask() {
        var asked = new CompletableFuture<List<McpTool>>();
        Thread.ofVirtual().name("mcp-list-" + name()).start(() -> list(asked));
        return asked;
    }

    private void list(CompletableFuture<List<McpTool>> asked) {
        try {
            var tools = approvals.filter(await(opening(), Long.MAX_VALUE).tools());
            lock.lock();
            try {
                listAgainNanos = System.nanoTime() + varied(settings.listCacheTime());
            } finally {
                lock.unlock();
            }
            asked.complete(tools);
        } catch (McpFault | RuntimeException e) {
            asked.completeExceptionally(e);
        }
    }

    /** A list that was forgotten meanwhile stays forgotten. */
    private void refreshed(CompletableFuture<List<McpTool>> old, CompletableFuture<List<McpTool>> fresh) {
        lock.lock();
        try {
            refreshing = false;
            if (listing.filter(old::equals).isPresent()) {
                listing = Optional.of(fresh);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nine tenths to the whole of a time, in nanoseconds. */
    private static long varied(Duration time) {
        long nanos = time.toNanos();
        return nanos - ThreadLocalRandom.current().nextLong(nanos / 10 + 1);
    }

    /**
     * Calls a tool, whether or not it is one of those that are offered.
     *
     * @param within how long the caller can wait, also for a server that has to start; the setting for a call counts
     *     when it is shorter
     * @return the result as the protocol has it
     * @throws McpFault when the server cannot be used, is busy, or gives no result in time
     */
    public ObjectNode call(String tool, ObjectNode arguments, Duration within) throws McpFault {
        if (!calls.tryAcquire()) {
            throw new McpFault("The MCP server " + name() + " is busy");
        }
        var limit = settings.callTimeout();
        long end = System.nanoTime() + (within.compareTo(limit) < 0 ? within : limit).toNanos();
        try {
            return declaration.guard().call(tool, arguments, guarded -> callUnguarded(tool, guarded, end));
        } finally {
            calls.release();
        }
    }

    private ObjectNode callUnguarded(String tool, ObjectNode arguments, long end) throws McpFault {
        var open = await(opening(), end - System.nanoTime());
        try {
            return open.call(tool, arguments, Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        } catch (McpFault e) {
            if (!open.alive()) {
                failed(open);
            }
            throw e;
        }
    }

    /** As {@link #call(String, ObjectNode, Duration)} for a caller who waits as long as a call may take. */
    public ObjectNode call(String tool, ObjectNode arguments) throws McpFault {
        return call(tool, arguments, settings.callTimeout());
    }

    private McpSession await(CompletableFuture<McpSession> started, long nanos) throws McpFault {
        try {
            return started.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new McpFault("The MCP server " + name() + " has not started in time");
        } catch (ExecutionException e) {
            throw new McpFault(e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new McpFault("The call was cancelled");
        }
    }

    /** The session there is, or that of the start under way, or of one that begins now. */
    private CompletableFuture<McpSession> opening() throws McpFault {
        lock.lock();
        try {
            if (closed) {
                throw new McpFault("The MCP server " + name() + " is stopped");
            }
            session.filter(known -> !known.alive()).ifPresent(this::failed);
            if (session.isPresent()) {
                return CompletableFuture.completedFuture(session.get());
            }
            if (starting.isPresent()) {
                return starting.get();
            }
            if (failures > 0 && System.nanoTime() - startAgainNanos < 0) {
                throw new McpFault("The MCP server " + name() + " is unavailable");
            }
            var begun = new CompletableFuture<McpSession>();
            starting = Optional.of(begun);
            Thread.ofVirtual().name("mcp-start-" + name()).start(() -> start(begun));
            return begun;
        } finally {
            lock.unlock();
        }
    }

    private void start(CompletableFuture<McpSession> begun) {
        try {
            var started = opener.open(declaration, this::forgetTools);
            log.info("The MCP server {} is there", name());
            started(started);
            begun.complete(started);
        } catch (McpFault | RuntimeException e) {
            log.warn("The MCP server {} cannot be used: {}", name(), e.getMessage());
        } finally {
            if (!begun.isDone()) {
                countFailure();
                begun.completeExceptionally(new McpFault("The MCP server " + name() + " is unavailable"));
            }
        }
    }

    private void started(McpSession started) {
        lock.lock();
        try {
            session = Optional.of(started);
            starting = Optional.empty();
            failures = 0;
        } finally {
            lock.unlock();
        }
    }

    private void failed(McpSession broken) {
        lock.lock();
        try {
            if (session.filter(broken::equals).isPresent()) {
                log.warn("The MCP server {} has ended", name());
                session = Optional.empty();
                listing = Optional.empty();
                countFailure();
                broken.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void countFailure() {
        lock.lock();
        try {
            failures++;
            starting = Optional.empty();
            var pause = settings.restartPause().multipliedBy(1L << Math.min(failures - 1, 16));
            var longest = settings.restartPauseMax();
            startAgainNanos = System.nanoTime() + varied(pause.compareTo(longest) > 0 ? longest : pause);
        } finally {
            lock.unlock();
        }
    }

    private void forgetTools() {
        lock.lock();
        try {
            listing = listing.filter(list -> !list.isDone());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        // What is being started is waited for, so that no program stays behind.
        stop().handle((started, failure) -> Optional.ofNullable(started)).join().ifPresent(McpSession::close);
    }

    /** From now on it does not start; gives what there is to be ended. */
    private CompletableFuture<McpSession> stop() {
        lock.lock();
        try {
            closed = true;
            var open = session.map(CompletableFuture::completedFuture)
                    .or(() -> starting)
                    .orElseGet(() -> CompletableFuture.completedFuture(null));
            session = Optional.empty();
            listing = Optional.empty();
            return open;
        } finally {
            lock.unlock();
        }
    }
}
