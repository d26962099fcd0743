package dev.gaia.chat.mcp;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines that the program of an MCP server writes and reads, whichever revision of the protocol is spoken in them.
 *
 * <p>In place of what the SDK's transports do themselves: they hand this process's whole environment to the child, log
 * what it writes, and leave the child's children behind.
 */
final class ChildLines {

    private static final Logger log = LoggerFactory.getLogger(ChildLines.class);

    private static final int ERROR_LINE_MAX_BYTES = 65_536;
    private static final int ERROR_SHOWN_MAX = 300;

    private final String server;
    private final ChildProcess child;
    private final int messageMaxBytes;
    private final Duration stopTimeout;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile Consumer<String> reader = line -> {};
    private volatile Optional<String> lastError = Optional.empty();

    private ChildLines(String server, ChildProcess child, int messageMaxBytes, Duration stopTimeout) {
        this.server = server;
        this.child = child;
        this.messageMaxBytes = messageMaxBytes;
        this.stopTimeout = stopTimeout;
    }

    /** Starts the program. A line longer than {@code messageMaxBytes} ends the conversation. */
    static ChildLines start(String server, ServerDeclaration.Command command, int messageMaxBytes, Duration stopTimeout)
            throws IOException {
        var lines = new ChildLines(server, ChildProcess.start(command), messageMaxBytes, stopTimeout);
        Thread.ofVirtual().name("mcp-read-" + server).start(lines::readMessages);
        Thread.ofVirtual().name("mcp-errors-" + server).start(lines::readErrors);
        return lines;
    }

    /** Gives the messages that are written from now on to another reader, each a line that begins a JSON object. */
    void giveTo(Consumer<String> other) {
        reader = other;
    }

    private void readMessages() {
        var lines = new BoundedLines(child.output(), messageMaxBytes);
        try {
            Optional<String> line = lines.next();
            while (line.isPresent()) {
                if (line.get().stripLeading().startsWith("{")) {
                    reader.accept(line.get());
                } else {
                    log.debug("the MCP server {} wrote something that is no message", server);
                }
                line = lines.next();
            }
        } catch (IOException e) {
            log.debug("reading from the MCP server {} ended: {}", server, e.getMessage());
        } finally {
            ended.complete(null);
        }
    }

    private void readErrors() {
        var lines = new BoundedLines(child.errors(), ERROR_LINE_MAX_BYTES);
        try {
            Optional<String> line = lines.next();
            while (line.isPresent()) {
                log.debug("{}: {}", server, line.get());
                lastError = line.filter(text -> !text.isBlank()).or(() -> lastError);
                line = lines.next();
            }
        } catch (IOException e) {
            log.debug("the error output of the MCP server {} ended: {}", server, e.getMessage());
        }
    }

    /** Writes one or more whole lines to the program. */
    synchronized void write(byte[] lines) {
        child.write(lines);
    }

    /** Completes when the program has ended, or can no longer be understood. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** What the server last said about itself, to explain a failed start. */
    Optional<String> lastError() {
        return lastError.map(line -> line.length() > ERROR_SHOWN_MAX ? line.substring(0, ERROR_SHOWN_MAX) + "…" : line);
    }

    void noteDescendants() {
        child.noteDescendants();
    }

    /** Stops the program and waits for that. */
    void stop() {
        child.stop(stopTimeout);
        ended.complete(null);
    }
}
