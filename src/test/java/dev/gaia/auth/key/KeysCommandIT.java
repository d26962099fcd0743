package dev.gaia.auth.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.Hub;
import dev.gaia.StartRefused;
import dev.gaia.database.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code scripts/keys} as a person uses it, against a running gateway. */
class KeysCommandIT {

    private static final String ADMIN_KEY = "the-configured-key";

    private static TestDatabase database;
    private static Hub hub;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        hub = Hub.with(Map.of("gaia.database.url", database.url(), "gaia.auth.api-key", ADMIN_KEY))
                .start();
    }

    @AfterAll
    static void stop() {
        hub.close();
        database.close();
    }

    @Test
    void printsANewKeyAndNothingElseOnStandardOutput() {
        run("create", "--name", "build server", "--email", "build@example.com", "--expires", "90d");

        String key = out().strip();
        assertThat(key).matches("gaia_dev_[A-Za-z0-9]{43}");
        assertThat(err()).contains("build@example.com", "shown this once").doesNotContain(key);
        assertThat(works(key)).isTrue();
        assertThat(database.value("select name from api_keys where expires_at > now() + interval '89 days'"))
                .isEqualTo("build server");
    }

    @Test
    void leadsAKeyThroughItsLife() {
        run("create");
        String key = out().strip();
        String prefix = key.substring(0, 15);

        run("list");
        assertThat(out()).contains(prefix, "dev@gaia.local", "active").doesNotContain(key);

        run("name", prefix, "a new name");
        assertThat(err()).contains("'a new name'", "never");

        run("rotate", prefix, "--overlap", "1h");
        String next = out().strip();
        assertThat(works(key)).isTrue();
        assertThat(works(next)).isTrue();

        run("expire", next.substring(0, 15), "now");
        assertThat(works(next)).isFalse();
        run("list");
        assertThat(out()).contains("expired");

        run("revoke", prefix);
        assertThat(works(key)).isFalse();
        run("list");
        assertThat(out()).contains("revoked", "a new name");
    }

    @Test
    void makesAdministrators() {
        run("create", "--admin");

        assertThat(hub.get("/api/v1/auth/keys", "X-API-Key", out().strip()).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "remove x",
                "create --colour red",
                "create --expires soon",
                "create --name",
                "name",
                "expire x",
                "revoke gaia_dev_nobody",
                "list all",
                "rotate x --overlap long",
                "revoke a b"
            })
    void refusesWhatIsNoCommand(String command) {
        assertThatThrownBy(() -> run(command.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("\\p{Lu}.*\\.|'.*\\.");
    }

    @Test
    void saysWhatTheGatewayRefused() {
        assertThatThrownBy(() -> run("revoke", "00000000-0000-0000-0000-000000000000"))
                .isInstanceOf(StartRefused.class)
                .hasMessage("The gateway refused with status 404: API key not found");
        assertThatThrownBy(() -> run("create", "--email", "nobody"))
                .hasMessage("The gateway refused with status 422: [Input should be an e-mail address]");
        assertThatThrownBy(() -> command(hub.baseUrl(), "unknown").run(List.of("list")))
                .hasMessage("The gateway does not take API_KEY as the key of an administrator.");
        assertThatThrownBy(() -> command("http://127.0.0.1:1", ADMIN_KEY).run(List.of("list")))
                .hasMessageStartingWith("No gateway answers at http://127.0.0.1:1;");
        assertThatThrownBy(() -> command(hub.baseUrl(), "two\nlines").run(List.of("list")))
                .hasMessageStartingWith("API_KEY cannot be sent");
    }

    @Test
    void findsTheKeyInTheEnvironmentThenInTheFileThenBesideTheData() throws IOException {
        var file = Files.writeString(
                folder.resolve("env"), "API_KEY=" + ADMIN_KEY + "\nGATEWAY_URL=" + hub.baseUrl() + "/\n");
        var data = Files.createDirectory(folder.resolve("data"));

        new KeysCommand(KeysClient.of(Map.of("GAIA_ENV_FILE", file.toString())), stream(out), stream(err))
                .run(List.of("list"));
        assertThat(out()).contains("dev@gaia.local");

        var noFile = folder.resolve("none").toString();
        assertThatThrownBy(() -> KeysClient.of(Map.of("GAIA_ENV_FILE", noFile, "GAIA_DATA_DIR", data.toString())))
                .hasMessage("Set API_KEY to the key of an administrator.");
        Files.writeString(data.resolve("api-key"), ADMIN_KEY + "\n");
        var settings =
                Map.of("GAIA_ENV_FILE", noFile, "GAIA_DATA_DIR", data.toString(), "GATEWAY_PORT", "" + hub.port());
        new KeysCommand(KeysClient.of(settings), stream(out), stream(err)).run(List.of("list"));
        assertThat(out()).contains("dev@gaia.local");
    }

    private void run(String... arguments) {
        command(hub.baseUrl(), ADMIN_KEY).run(List.of(arguments));
    }

    private KeysCommand command(String gateway, String key) {
        return new KeysCommand(new KeysClient(URI.create(gateway), key), stream(out), stream(err));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return taken(out);
    }

    private String err() {
        return taken(err);
    }

    /** What was printed since the last look. */
    private static String taken(ByteArrayOutputStream bytes) {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    private static boolean works(String key) {
        return hub.get("/api/v1/assets/health", "X-API-Key", key).statusCode() == 200;
    }
}
