package dev.gaia.bench;

import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Starts the programs of the bench and ends them, with all their children, at the latest when it is closed. */
final class Programs implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(45);

    private final Path folder;
    private final List<Program> running = new ArrayList<>();
    private boolean closed;

    /** Logs and settings go into the folder. */
    Programs(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** A started program, and what it left running. */
    record Program(String name, Process process, Processes processes, Path log) {}

    synchronized Program start(String name, List<String> command, Map<String, String> environment) {
        if (closed) {
            throw new BenchFailure("The bench was interrupted.");
        }
        var log = folder.resolve(name + ".log");
        var tag = UUID.randomUUID().toString();
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        environment.forEach((variable, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(variable);
            } else {
                builder.environment().put(variable, value);
            }
        });
        builder.environment().put(Processes.VARIABLE, tag);
        try {
            var process = builder.start();
            process.getOutputStream().close();
            var program = new Program(name, process, new Processes(process.toHandle(), tag), log);
            running.add(program);
            return program;
        } catch (IOException e) {
            throw new BenchFailure(command.getFirst() + " cannot be started: " + e.getMessage());
        }
    }

    /** Starts the fake provider and waits until it answers. */
    Program startProvider(int port) {
        var provider = start(
                "provider",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FakeModelProvider.class.getName(),
                        String.valueOf(port)),
                Map.of());
        await(provider, () -> status(port, "/v1/models") == 200);
        return provider;
    }

    /** Waits until the condition holds. */
    void await(Program program, BooleanSupplier condition) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (!program.process().isAlive() || System.nanoTime() > deadline) {
                throw new BenchFailure(program.name() + " did not become ready:\n" + lastLines(program.log()));
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Asks for a graceful end, then kills what is left. */
    synchronized void stop(Program program) {
        if (!running.remove(program)) {
            return;
        }
        var left = program.processes().find();
        program.process().destroy();
        try {
            if (!program.process().waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println(program.name() + " did not end within " + STOP_LIMIT.toSeconds() + " s.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        program.process().destroyForcibly();
        left.forEach(ProcessHandle::destroyForcibly);
        program.processes().find().forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public synchronized void close() {
        closed = true;
        List.copyOf(running).reversed().forEach(this::stop);
    }

    /** Status of a GET, 0 when nobody answers. */
    static int status(int port, String path) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return answer.length() == 12 ? Integer.parseInt(answer.substring(9)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static String lastLines(Path log) {
        try {
            var lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return log.toString();
        }
    }
}
