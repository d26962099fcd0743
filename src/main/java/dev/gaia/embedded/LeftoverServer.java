package dev.gaia.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * What a killed run leaves behind: a server that still runs, or only its {@code postmaster.pid}. The caller holds the
 * folder's lock, so no other Gaia owns that server.
 */
final class LeftoverServer {

    private static final long STOP_SECONDS = 20;

    private LeftoverServer() {}

    /** Stops the server when it still runs and removes the pid file when its number now belongs to a stranger. */
    static void clearAway(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        Optional<ProcessHandle> process = Files.exists(pidFile) ? recordedProcess(pidFile) : Optional.empty();
        if (process.isEmpty()) {
            Files.deleteIfExists(pidFile);
            return;
        }
        if (!isServer(process.get())) {
            Files.delete(pidFile);
            return;
        }
        stop(process.get());
    }

    private static Optional<ProcessHandle> recordedProcess(Path pidFile) throws IOException {
        var lines = Files.readAllLines(pidFile);
        try {
            return lines.isEmpty()
                    ? Optional.empty()
                    : ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(ProcessHandle::isAlive);
        } catch (NumberFormatException e) {
            return Optional.empty(); // half-written by the kill
        }
    }

    private static boolean isServer(ProcessHandle process) {
        return process.info().command().map(path -> path.endsWith("/postgres")).orElse(false);
    }

    private static void stop(ProcessHandle server) throws IOException {
        // SIGINT is PostgreSQL's fast shutdown; ProcessHandle.destroy() sends SIGTERM, which waits for clients.
        new ProcessBuilder("kill", "-INT", Long.toString(server.pid())).start();
        try {
            server.onExit().get(STOP_SECONDS, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server of an earlier run stopped", e);
        } catch (ExecutionException | CancellationException | TimeoutException e) {
            throw new EmbeddedStartException(
                    "The database server of an earlier run (process " + server.pid()
                            + ") does not stop; end it by hand.",
                    e);
        }
    }
}
