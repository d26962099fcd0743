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

/** The application in a JVM of its own, started as {@code scripts/run} starts it, for tests that kill it. */
public final class GaiaProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final int port;

    private GaiaProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param log where its output goes
     */
    public static GaiaProcess start(Path log, Map<String, String> settings) throws IOException {
        int port = FreePort.find();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@scripts/lib/jvm.options",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                GaiaApplication.class.getName(),
                "--gaia.gateway.host=127.0.0.1",
                "--gaia.gateway.port=" + port,
                "--gaia.management.port=off"));
        settings.forEach((key, value) -> command.add("--" + key + "=" + value));
        var started = new GaiaProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                port);
        await().atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !started.process.isAlive() || started.answers());
        if (!started.process.isAlive()) {
            throw new IOException("the process ended at once: " + Files.readString(log));
        }
        return started;
    }

    private boolean answers() throws InterruptedException {
        try {
            return send(request("/api/v1/assets/test").GET().build()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Address of the edge, without a slash at its end. */
    public String baseUrl() {
        return "http://127.0.0.1:" + port;
    }

    /** As the operating system knows it. */
    public long id() {
        return process.pid();
    }

    /** Begins a request to a path, with pairs of header name and value. */
    public HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(baseUrl() + path)).timeout(Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
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
