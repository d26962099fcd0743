package dev.gaia.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.fake.asset.FakeAssetProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that give vectors to the assets of one database. */
class AssetEmbedReplicasIT {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static FakeAssetProvider provider;
    private static AssetHub here;
    private static AssetHub there;

    @BeforeAll
    static void start() {
        provider = FakeAssetProvider.start();
        var settings = provider.settings("embedding");
        settings.putAll(Map.of(
                "gaia.asset.embedding.model", "auto",
                "gaia.asset.embedding.interval", "20ms",
                "gaia.asset.embedding.batch-max", "2"));
        here = AssetHub.start(folder, settings);
        there = here.beside(settings);
    }

    @AfterAll
    static void stop() {
        there.close();
        here.close();
        provider.close();
    }

    private static List<String> sent() {
        List<String> texts = new ArrayList<>();
        provider.requests("/openai/v1/embeddings")
                .forEach(request -> request.body().path("input").forEach(text -> texts.add(text.asText())));
        return texts;
    }

    private static String count(String what) {
        return here.database().value("select count(*) from " + what);
    }

    @Test
    void payOnceForEachAsset() {
        here.database()
                .execute("insert into assets (category, title, file_url, storage_type) select 'prop', 'Pebble ' || i,"
                        + " 'generated/x/x.png', 'supabase' from generate_series(1, 100) as i");

        await().atMost(LONG)
                .until(() -> count("asset_embeddings e join assets a on a.id = e.asset_id where title like 'Pebble%'")
                        .equals("100"));

        assertThat(sent())
                .filteredOn(text -> text.startsWith("Pebble"))
                .hasSize(100)
                .doesNotHaveDuplicates();
        assertThat(count("asset_embedding_claims c join assets a on a.id = c.asset_id where title like 'Pebble%'"))
                .isEqualTo("0");
    }

    @Test
    void leaveWhatIsClaimedUntilTheClaimIsOver() {
        String claimed = UUID.randomUUID().toString();
        here.database()
                .execute("with made as (insert into assets (id, category, title, file_url, storage_type) values ('"
                        + claimed + "', 'prop', 'Claimed', 'generated/x/x.png', 'supabase') returning id)"
                        + " insert into asset_embedding_claims select id, gen_random_uuid(),"
                        + " now() at time zone 'UTC' + interval '1 hour' from made");
        here.database()
                .execute("insert into assets (category, title, file_url, storage_type) values"
                        + " ('prop', 'Free', 'generated/x/x.png', 'supabase')");
        await().atMost(LONG)
                .until(() -> count("asset_embeddings e join assets a on a.id = e.asset_id where title = 'Free'")
                        .equals("1"));

        assertThat(sent()).noneMatch(text -> text.startsWith("Claimed"));
        here.database()
                .execute("update asset_embedding_claims set claimed_until = now() at time zone 'UTC'"
                        + " - interval '1 second' where asset_id = '" + claimed + "'");

        await().atMost(LONG).until(() -> sent().stream().anyMatch(text -> text.startsWith("Claimed")));
    }
}
