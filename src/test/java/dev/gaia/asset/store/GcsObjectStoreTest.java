package dev.gaia.asset.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.fake.asset.FakeGoogleStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in a bucket of Google Cloud Storage, with the file of a service account. */
class GcsObjectStoreTest extends RemoteStoreContract {

    @TempDir
    static Path folder;

    private static FakeGoogleStorage server;
    private static GcsIdentity identity;
    private static ObjectStore store;

    @BeforeAll
    static void start() throws IOException {
        server = new FakeGoogleStorage();
        identity = GcsIdentity.of(server.credentials(folder).toString());
        store = store(server.url(), Duration.ofSeconds(20));
    }

    @AfterAll
    static void stop() {
        store.close();
        server.close();
    }

    private static ObjectStore store(String url, Duration limit) {
        return new GcsObjectStore(
                new StoreSettings.Gcs(url, "assets", ""),
                identity,
                new StoreHttp("Google Cloud Storage", limit),
                new ObjectMapper());
    }

    @Override
    ObjectStore store() {
        return store;
    }

    @Override
    ObjectStore at(String address, Duration limit) {
        return store(address, limit);
    }

    @Test
    void asksForATokenOnce() throws Exception {
        store.put(path("previews"), "image/png", text("x"));
        store.put(path("previews"), "image/png", text("x"));

        assertThat(server.tokens()).isEqualTo(1);
    }

    @Test
    void knowsThePublicLink() throws Exception {
        ObjectPath path = path("previews");
        store.put(path, "image/png", text("for all"));

        assertThat(store.publicLink(path)).isEqualTo(server.url() + "/assets/" + path);
        assertThat(fetch(store.publicLink(path)).body()).asString().isEqualTo("for all");
    }

    @Test
    void signsOneFileAndOneTimeOnly() throws Exception {
        ObjectPath path = path("previews");
        ObjectPath other = path("previews");
        store.put(path, "image/png", text("mine"));
        store.put(other, "image/png", text("not mine"));
        String link = store.signedLinks(List.of(path), Duration.ofHours(1)).get(path);

        assertThat(fetch(link).statusCode()).isEqualTo(200);
        assertThat(fetch(link.replace(path.text(), other.text())).statusCode()).isEqualTo(403);
        assertThat(fetch(link.replace("Expires=3600", "Expires=36000")).statusCode())
                .isEqualTo(403);
    }

    @Test
    void saysThatNobodyGivesATokenWithoutTellingSecrets() throws Exception {
        var gone = new FakeGoogleStorage();
        Path file = gone.credentials(Files.createDirectory(folder.resolve("gone")));
        gone.close();
        var lonely = new GcsObjectStore(
                new StoreSettings.Gcs(server.url(), "assets", ""),
                GcsIdentity.of(file.toString()),
                new StoreHttp("Google Cloud Storage", Duration.ofSeconds(20)),
                new ObjectMapper());

        assertThatThrownBy(() -> lonely.put(path("previews"), "image/png", text("x")))
                .isInstanceOf(IOException.class)
                .hasMessage("Google gave no token for its storage");
        assertThat(lonely.available()).isFalse();
    }

    @Test
    void refusesAFileThatNamesNobody() throws Exception {
        Path nobody = Files.writeString(folder.resolve("nobody.json"), "{}");

        for (String file :
                List.of(nobody.toString(), folder.resolve("none.json").toString())) {
            assertThatThrownBy(() -> GcsIdentity.of(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("it must be the readable file of a service account");
        }
    }
}
