package dev.gaia.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Nats;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // the NATS client's close may be interrupted
class EmbeddedNatsIT {

    @TempDir
    Path store;

    @BeforeEach
    void needsServer() {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
    }

    @Test
    void startsWithJetStreamAndStops() throws Exception {
        ProcessHandle process;
        try (var server = EmbeddedNats.start(store);
                var connection = Nats.connect(server.url())) {
            assertThat(connection.getServerInfo().isJetStreamAvailable()).isTrue();
            process = nats(ProcessHandle.current()).orElseThrow();
        }
        Awaitility.await().until(() -> !process.isAlive());
    }

    @Test
    void endsWithItsParentHoweverThatDies() throws Exception {
        // given a JVM of its own that starts the server and waits
        var parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        store.toString())
                .start();
        try (var words = new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            Awaitility.await().until(() -> {
                var line = words.readLine();
                return line == null || line.contains("started");
            });
            var server = nats(parent.toHandle()).orElseThrow();

            // when
            parent.destroyForcibly().waitFor();

            // then
            Awaitility.await().until(() -> !server.isAlive());
        }
    }

    /** What the test above kills. */
    static final class Parent {
        public static void main(String[] arguments) throws Exception {
            EmbeddedNats.start(Path.of(arguments[0]));
            System.out.println("started");
            Thread.currentThread().join();
        }
    }

    private static Optional<ProcessHandle> nats(ProcessHandle parent) {
        return parent.descendants()
                .filter(process -> process.info().command().orElse("").endsWith("nats-server"))
                .findFirst();
    }
}
