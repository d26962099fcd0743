package dev.gaia.asset.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.fake.asset.FakeSupabaseStorage;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SupabaseObjectStoreTest extends RemoteStoreContract {

    private static FakeSupabaseStorage server;
    private static ObjectStore store;

    @BeforeAll
    static void start() {
        server = new FakeSupabaseStorage();
        store = store(server.url(), FakeSupabaseStorage.KEY, Duration.ofSeconds(20));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ObjectStore store(String url, String key, Duration limit) {
        return new SupabaseObjectStore(
                new StoreSettings.Supabase(url, key), "assets", new StoreHttp("Supabase", limit), new ObjectMapper());
    }

    @Override
    ObjectStore store() {
        return store;
    }

    @Override
    ObjectStore at(String address, Duration limit) {
        return store(address, FakeSupabaseStorage.KEY, limit);
    }

    @Test
    void needsTheSecretKey() {
        ObjectStore stranger = store(server.url(), "sb_publishable_key", Duration.ofSeconds(20));

        assertThatThrownBy(() -> stranger.put(path("previews"), "image/png", text("x")))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("sb_");
    }

    @Test
    void knowsThePublicLink() throws Exception {
        ObjectPath path = path("previews");
        store.put(path, "image/png", text("for all"));

        assertThat(fetch(store.publicLink(path)).body()).asString().isEqualTo("for all");
    }
}
