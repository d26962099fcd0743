package dev.gaia.asset.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.fake.asset.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in a bucket of a server that speaks S3. */
class S3ObjectStoreIT extends RemoteStoreContract {

    @TempDir
    static Path folder;

    private static S3Server server;
    private static S3ObjectStore store;

    @BeforeAll
    static void start() throws IOException {
        server = S3Server.start(folder);
        store = store(server.url(), Duration.ofSeconds(20));
    }

    @AfterAll
    static void stop() {
        store.close();
        server.close();
    }

    private static S3ObjectStore store(String endpoint, Duration limit) {
        return new S3ObjectStore(
                new StoreSettings.S3(endpoint, "us-east-1", true, "key-of-the-test", "secret-of-the-test"),
                "assets",
                limit);
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
    void signsForNoLongerThanAsked() throws Exception {
        ObjectPath path = path("previews");

        String link = store.signedLinks(List.of(path), Duration.ofHours(2)).get(path);

        assertThat(link).contains("X-Amz-Expires=7200").contains("X-Amz-Signature=");
        assertThat(link).doesNotContain("secret-of-the-test");
        assertThat(store.publicLink(path)).isEqualTo(server.url() + "/assets/" + path);
    }
}
