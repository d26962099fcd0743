package dev.gaia.fake.asset;

import static org.awaitility.Awaitility.await;

import dev.gaia.embedded.FreePort;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** S3Mock of Adobe as a process of its own: a server that speaks S3, with one bucket named {@code assets}. */
public final class S3Server implements AutoCloseable {

    private final Process process;
    private final int port;

    private S3Server(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it, and waits until it answers.
     *
     * @param folder where it keeps its files
     */
    public static S3Server start(Path folder) throws IOException {
        String jar = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.contains("s3mock"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("s3mock is not among the test dependencies"));
        int http = FreePort.find();
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        jar,
                        "--com.adobe.testing.s3mock.httpPort=" + http,
                        "--server.port=" + FreePort.find(),
                        "--com.adobe.testing.s3mock.store.initialBuckets=assets",
                        "--com.adobe.testing.s3mock.store.root=" + folder)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        var server = new S3Server(process, http);
        await().atMost(Duration.ofSeconds(60)).until(server::answers);
        return server;
    }

    private boolean answers() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("s3mock ended with " + process.exitValue());
        }
        try {
            var request = HttpRequest.newBuilder(URI.create(url() + "/assets")).build();
            return HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    public String url() {
        return "http://localhost:" + port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
