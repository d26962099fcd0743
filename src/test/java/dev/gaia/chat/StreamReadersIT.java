package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stream surfaces as read by what clients use: npm's {@code openai}, {@code ai} and {@code eventsource-parser}. */
class StreamReadersIT {

    private static final Path SOURCES = Path.of("src/test/node/streams");
    private static final Path FOLDER = Path.of("target/node-streams").toAbsolutePath();
    private static final long INSTALL_SECONDS = 180;
    private static final long READ_SECONDS = 60;

    private static ChatHub hub;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        for (var file : List.of("package.json", "readers.mjs")) {
            Files.write(FOLDER.resolve(file), Files.readAllBytes(SOURCES.resolve(file)));
        }
        try {
            var failure = run(INSTALL_SECONDS, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts");
            Assumptions.assumeTrue(failure.isEmpty(), "npm cannot install the readers: " + failure);
        } catch (IOException e) {
            Assumptions.abort("there is no npm here: " + e.getMessage());
        }
        hub = ChatHub.with(Map.of("gaia.chat.keep-alive", "300ms"));
    }

    @AfterAll
    static void stop() {
        if (hub != null) {
            hub.close();
        }
    }

    /** What a command said that did not end well; empty when it did. */
    private static String run(long seconds, String... command) throws IOException, InterruptedException {
        var output = FOLDER.resolve(command[0] + ".log");
        var process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        return ended && process.exitValue() == 0 ? "" : "failed: " + Files.readString(output);
    }

    @Test
    void officialReadersAcceptEveryStream() throws IOException, InterruptedException {
        var token = ChatHub.as(hub.caller())[1].substring("Bearer ".length());

        assertThat(run(READ_SECONDS, "node", "readers.mjs", hub.hub().baseUrl(), token))
                .isEmpty();
    }
}
