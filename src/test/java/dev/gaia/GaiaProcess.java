package dev.gaia;

import static org.awaitility.Awaitility.await;

import dev.gaia.embedded.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The application in a JVM of its own, started as {@code scripts/run} starts it, for tests that stop or kill it. */
public final class GaiaProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(20);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final int port;
    private final int managementPort;

    private GaiaProcess(Process process, int port, int managementPort) {
        this.process = process;
        this.port = port;
        this.managementPort = managementPort;
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param log where its output goes
     */
    public static GaiaProcess start(Path log, Map<String, String> settings) throws IOException {
        return start(log, List.of(), settings);
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param log where its output goes
     * @param options of its JVM, beside those that it always has
     */
    public static GaiaProcess start(Path log, List<String> options, Map<String, String> settings) throws IOException {
        int port = FreePort.find();
        int managementPort = FreePort.find();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@scripts/lib/jvm.options",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m"));
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                GaiaApplication.class.getName(),
                "--gaia.gateway.host=127.0.0.1",
                "--gaia.gateway.port=" + port,
                "--gaia.management.port=" + managementPort));
        settings.forEach((key, value) -> command.add("--" + key + "=" + value));
        var started = new GaiaProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                port,
                managementPort);
        await().atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !started.process.isAlive() || started.readiness() == 200);
        if (!started.process.isAlive()) {
            throw new IOException("the process ended at once: " + Files.readString(log));
        }
        return started;
    }

    /** Status of its page that says whether it should get requests; 0 without an answer. */
    public int readiness() throws InterruptedException {
        try {
            return page("/actuator/health/readiness").statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** A page of its management port. */
    public HttpResponse<String> page(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(CALL_LIMIT)
                .build());
    }

    /** Address of the edge, without a slash at its end. */
    public String baseUrl() {
        return "http://127.0.0.1:" + port;
    }

    /** As the operating system knows it. */
    public long id() {
        return process.pid();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Begins a request to a path, with pairs of header name and value. */
    public HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(baseUrl() + path)).timeout(CALL_LIMIT);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Asks it to end, as SIGTERM does, and returns at once. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for its end; the exit status. */
    public int exitStatus() {
        await().atMost(START_LIMIT).until(() -> !process.isAlive());
        return process.exitValue();
    }

    /** Ends it at once, as SIGKILL does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
