package dev.gaia.chat.mcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The program of an MCP server and everything it started. Runs with a few variables of this process's environment and
 * those declared for it: the rest holds keys that are none of its business.
 */
final class ChildProcess {

    private static final List<String> INHERITED =
            List.of("HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SystemRoot", "TEMP", "TMPDIR", "TZ", "USER");

    private final Process process;
    private final Set<ProcessHandle> descendants = new LinkedHashSet<>();

    private ChildProcess(Process process) {
        this.process = process;
    }

    static ChildProcess start(ServerDeclaration.Command command) throws IOException {
        var builder = new ProcessBuilder(command.command());
        var environment = builder.environment();
        environment.keySet().retainAll(INHERITED);
        environment.putAll(command.environment());
        return new ChildProcess(builder.start());
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    InputStream output() {
        return process.getInputStream();
    }

    InputStream errors() {
        return process.getErrorStream();
    }

    /** Remembers what it has started so far: of a program that is gone nobody can tell which processes were its own. */
    synchronized void noteDescendants() {
        process.descendants().forEach(descendants::add);
    }

    /** Ends all of it: by the end of its input first, then by asking, at last by force. */
    void stop(Duration timeout) {
        noteDescendants();
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // it is gone already
        }
        if (ended(timeout.dividedBy(2))) {
            return;
        }
        noteDescendants();
        all().forEach(ProcessHandle::destroy);
        if (!ended(timeout.dividedBy(2))) {
            noteDescendants();
            all().forEach(ProcessHandle::destroyForcibly);
        }
    }

    private synchronized List<ProcessHandle> all() {
        var all = new ArrayList<ProcessHandle>(descendants);
        all.add(process.toHandle());
        return all;
    }

    private boolean ended(Duration timeout) {
        var exits = all().stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(exits).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Writes to the program's input. */
    void write(byte[] bytes) {
        try {
            var input = process.getOutputStream();
            input.write(bytes);
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
