package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.embedded.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code scripts/drill} runs, on a Gaia that runs already and was told never to continue a stream. */
class FaultLabIT {

    private static final String KEY = "the-configured-key";

    @TempDir
    private static Path folder;

    private static int port;
    private static TestDatabase database;
    private static Hub hub;

    @BeforeAll
    static void start() throws IOException {
        port = FreePort.find();
        var models = Files.writeString(folder.resolve("models.yaml"), """
                models:
                  - {id: drill-fallback-claude, provider: claude}
                  - {pattern: "drill-openai-*", provider: openai, fallbacks: [drill-fallback-claude]}
                """);
        database = TestDatabase.migrated();
        hub = Hub.with(Map.of(
                        "gaia.database.url",
                        database.url(),
                        "gaia.auth.api-key",
                        KEY,
                        "gaia.chat.models-file",
                        models.toString(),
                        "gaia.provider.rescue.enabled",
                        "false",
                        "gaia.provider.endpoints.openai.base-url",
                        "http://127.0.0.1:" + port + "/v1",
                        "gaia.provider.endpoints.openai.key",
                        "any",
                        "gaia.provider.endpoints.anthropic.base-url",
                        "http://127.0.0.1:" + port,
                        "gaia.provider.endpoints.anthropic.key",
                        "any"))
                .start();
    }

    @AfterAll
    static void stop() {
        hub.close();
        database.close();
    }

    private static int run(String only) throws IOException, InterruptedException {
        return FaultLab.run("--port=" + port, "--url=" + hub.baseUrl(), "--key=" + KEY, "--only=" + only);
    }

    @Test
    void endsWithZeroWhenEveryDrillPasses() throws Exception {
        assertThat(run("f00-healthy")).isZero();
    }

    @Test
    void endsWithOneWhenADrillFails() throws Exception {
        assertThat(run("f08-cut-after-1")).isEqualTo(1);
    }

    @Test
    void endsWithOneWhenNoDrillHasTheName() throws Exception {
        assertThat(run("no-such-drill")).isEqualTo(1);
    }

    @Test
    void refusesAFormItDoesNotKnow() {
        assertThatThrownBy(() -> FaultLab.run("--fast", "--url=" + hub.baseUrl(), "--forms=openai,gemini"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'gemini'");
    }

    @Test
    void refusesAnOptionItDoesNotKnow() {
        assertThatThrownBy(() -> FaultLab.run("--fats"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--fats");
    }
}
