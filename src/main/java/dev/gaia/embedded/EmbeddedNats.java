package dev.gaia.embedded;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real nats-server as a child of this process, on a loopback port, with JetStream on.
 *
 * <p>It asks for a generated password, which lies owner-readable beside the data: whoever can publish can ask the
 * segments for anything, and other users of the machine reach loopback too. Whoever starts it closes it, after the last
 * request that needs it; a shutdown hook of its own would end it under requests in flight. Where the system has a shell
 * it ends with the JVM in any case, also when that was killed.
 */
public final class EmbeddedNats implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedNats.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);
    private static final String USER = "gaia";
    private static final int PASSWORD_BYTES = 24;

    /**
     * Keeps the server only as long as its parent lives: the pipe on standard input ends with the parent, however it
     * dies. Ctrl-C goes to the parent alone, which needs the server until its last request is answered. Who watches the
     * pipe is in a session of its own too, so that killing the parent's whole group leaves it to end the server. The
     * arguments are the server's command line.
     */
    private static final String GUARD = "trap '' INT; exec 3<&0; s=; command -v setsid >/dev/null && s=setsid;"
            + " $s \"$@\" </dev/null 3<&- & child=$!;"
            + " $s sh -c 'cat >/dev/null; kill \"$0\" 2>/dev/null' \"$child\" <&3 & exec 3<&-;"
            + " trap 'kill $child' TERM; wait $child";

    private final Process process;
    private final int port;
    private final String password;

    private EmbeddedNats(Process process, int port, String password) {
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /** The server's program; empty when none is installed. */
    public static Optional<Path> binary() {
        var folders = Stream.concat(
                Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator)),
                Stream.of("/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"));
        return folders.filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, "nats-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts the server and waits until it takes connections.
     *
     * @param storeDirectory where JetStream keeps its data; made when it is missing
     * @throws IOException when no server is installed, the folder cannot be written, or it does not come up in 10 s
     */
    public static EmbeddedNats start(Path storeDirectory) throws IOException {
        return start(storeDirectory, FreePort.find());
    }

    /** Starts the server on a port of the caller's choice. */
    public static EmbeddedNats start(Path storeDirectory, int port) throws IOException {
        var binary = binary().orElseThrow(() -> new IOException("nats-server is not installed"));
        Files.createDirectories(storeDirectory);
        var configuration = storeDirectory.resolve("nats.conf");
        var store = storeDirectory.toAbsolutePath().toString().replace("\\", "\\\\");
        String password = password(storeDirectory.resolve("password"));
        OwnerFile.write(configuration, """
                # Written at every start; changes here are lost.
                listen: "127.0.0.1:%d"
                authorization { user: "%s", password: "%s" }
                jetstream { store_dir: "%s" }
                """.formatted(port, USER, password, store));
        var log = storeDirectory.resolve("nats-server.log");
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/bin/sh"))) {
            command.addAll(List.of("/bin/sh", "-c", GUARD, "nats-server-guard"));
        }
        command.addAll(List.of(binary.toString(), "--config", configuration.toString()));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var server = new EmbeddedNats(process, port, password);
        try {
            server.awaitReady(log);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        LOG.info("nats-server listens on 127.0.0.1:{}", port);
        return server;
    }

    /** Made once and kept, so that clients find their way back after a restart. */
    private static String password(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            OwnerFile.write(file, HexFormat.of().formatHex(random) + "\n");
        }
        return Files.readString(file).strip();
    }

    /** {@code nats://user:password@127.0.0.1:port}; holds the password, so not for logs. */
    public String url() {
        return "nats://" + USER + ":" + password + "@127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Ends the server without a chance to say good-bye, as a crash would. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        close();
    }

    @Override
    public void close() {
        stop();
    }

    private void awaitReady(Path log) throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                throw new IOException("nats-server stopped at once; its last words are in " + log);
            }
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return;
            } catch (IOException e) {
                pause();
            }
        }
        throw new IOException("nats-server did not come up within 10 s; its log is " + log);
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while nats-server started", e);
        }
    }

    private void stop() {
        var server = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            for (var child : server) {
                child.onExit()
                        .orTimeout(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                        .exceptionally(late -> {
                            child.destroyForcibly();
                            return child;
                        });
            }
        } catch (InterruptedException e) {
            server.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
