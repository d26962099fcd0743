package dev.gaia.asset;

import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.fake.asset.FakeAssetProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Two processes that share broker, database and files. */
final class AssetReplicas implements AutoCloseable {

    private final TestDatabase database = TestDatabase.migrated();
    private final FakeAssetProvider providers = FakeAssetProvider.start();
    private final Path folder;
    private final Map<String, String> settings;
    private final List<Hub> hubs;
    private EmbeddedNats nats;

    private AssetReplicas(Path folder, Map<String, String> settings, String... configured) throws IOException {
        this.folder = folder;
        nats = EmbeddedNats.start(folder.resolve("nats"));
        AssetHub.prepare(database);
        this.settings = providers.settings(configured);
        this.settings.putAll(AssetHub.shared(nats, database, folder));
        this.settings.putAll(settings);
        hubs = List.of(another(Map.of()), another(Map.of()));
        awaitBroker();
    }

    /** @param configured the providers that have a key */
    static AssetReplicas start(Path folder, Map<String, String> settings, String... configured) throws IOException {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        return new AssetReplicas(folder, settings, configured);
    }

    /** A third process beside them, which whoever asks for it closes. */
    Hub another(Map<String, String> own) {
        var all = new HashMap<>(settings);
        all.putAll(own);
        return Hub.with(all).start();
    }

    List<Hub> hubs() {
        return hubs;
    }

    TestDatabase database() {
        return database;
    }

    FakeAssetProvider providers() {
        return providers;
    }

    EmbeddedNats nats() {
        return nats;
    }

    /** The broker comes back where it was, after it was killed. */
    void restartBroker() throws IOException {
        nats = EmbeddedNats.start(folder.resolve("nats"), nats.port());
    }

    void awaitBroker() {
        await().atMost(Duration.ofSeconds(20)).until(() -> hubs.stream().allMatch(Hub::connected));
    }

    @Override
    public void close() {
        hubs.forEach(Hub::close);
        providers.close();
        database.close();
        nats.close();
    }
}
