package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official clients for Node of OpenAI and Anthropic, which npm brings, against the whole hub. */
class OfficialClientsIT {

    private static final String KEY = "the-configured-key";
    private static final Path SOURCES = Path.of("src/test/node/clients");
    private static final Path FOLDER = Path.of("target/node-clients").toAbsolutePath();

    private static TestDatabase database;
    private static FakeModelProvider provider;
    private static Hub hub;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Assumptions.assumeTrue(install(), "node and npm are not installed, or the registry cannot be reached");
        database = TestDatabase.migrated();
        provider = FakeModelProvider.start();
        hub = Hub.with(Map.of(
                        "gaia.database.url",
                        database.url(),
                        "gaia.auth.api-key",
                        KEY,
                        "gaia.provider.endpoints.openai.base-url",
                        provider.baseUrl(),
                        "gaia.provider.endpoints.openai.key",
                        "key-of-openai",
                        "gaia.provider.endpoints.anthropic.base-url",
                        provider.anthropicBaseUrl(),
                        "gaia.provider.endpoints.anthropic.key",
                        "key-of-anthropic"))
                .start();
    }

    @AfterAll
    static void stop() {
        if (hub != null) {
            hub.close();
            provider.close();
            database.close();
        }
    }

    private static boolean install() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (var file : files.toList()) {
                Files.write(FOLDER.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        try {
            return run("npm", "install", "--no-audit", "--no-fund", "--silent").isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** What a command said that did not end well; empty when it did. */
    private static String run(String... command) throws IOException, InterruptedException {
        var output = Files.createTempFile("gaia-node", ".log");
        var process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        var said = Files.readString(output);
        Files.delete(output);
        return ended && process.exitValue() == 0 ? "" : "failed: " + said;
    }

    @Test
    void readWholeAnswersStreamsToolsPicturesAndFailures() throws IOException, InterruptedException {
        provider.reset();

        assertThat(run("node", "clients.mjs", hub.baseUrl(), KEY)).isEmpty();
    }

    @Test
    void noticeAStreamThatBreaks() throws IOException, InterruptedException {
        provider.next(Collections.nCopies(24, "fake-cut-after-3").toArray(String[]::new));

        assertThat(run("node", "broken.mjs", hub.baseUrl(), KEY)).isEmpty();
    }
}
