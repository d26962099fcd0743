package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official clients for Node of OpenAI and Anthropic, which npm brings, against the whole hub. */
class OfficialClientsIT {

    private static final String KEY = "the-configured-key";

    private static NodeScripts clients;
    private static TestDatabase database;
    private static FakeModelProvider provider;
    private static Hub hub;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        clients = NodeScripts.installed("clients");
        database = TestDatabase.migrated();
        provider = FakeModelProvider.start();
        hub = Hub.with(Map.of("gaia.database.url", database.url(), "gaia.auth.api-key", KEY))
                .with(provider.settings())
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

    @Test
    void readWholeAnswersStreamsToolsPicturesAndFailures() throws IOException, InterruptedException {
        provider.reset();

        assertThat(clients.run("clients.mjs", hub.baseUrl(), KEY)).isEmpty();
    }

    @Test
    void noticeAStreamThatBreaks() throws IOException, InterruptedException {
        provider.next(Collections.nCopies(24, "fake-cut-after-3").toArray(String[]::new));

        assertThat(clients.run("broken.mjs", hub.baseUrl(), KEY)).isEmpty();
    }
}
