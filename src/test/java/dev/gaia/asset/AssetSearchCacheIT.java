package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.asset.image.Pictures;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.fake.asset.FakeAssetProvider;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What two processes remember of searches. A row that is written behind their backs shows whether a search was really
 * made: it is found by a new search only.
 */
class AssetSearchCacheIT {

    private static final String SEARCH = "/api/v1/assets/search";
    private static final String UPLOAD = "/api/v1/assets/upload";
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final AtomicInteger COLOUR = new AtomicInteger(1);

    @TempDir
    static Path folder;

    private static EmbeddedNats nats;
    private static FakeAssetProvider libraries;
    private static AssetHub here;
    private static AssetHub there;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        nats = EmbeddedNats.start(folder.resolve("nats"));
        libraries = FakeAssetProvider.start();
        var settings = libraries.settings("freesound");
        settings.putAll(Map.of(
                "gaia.nats.url", nats.url(),
                "gaia.asset.search-cache-time", "1h",
                "gaia.asset.uploads-per-minute-max", "1000",
                "gaia.asset.simulated", "true",
                "gaia.asset.retry-pause", "1ms",
                "gaia.provider.endpoints.polyhaven.base-url", "http://127.0.0.1:1"));
        here = AssetHub.start(folder, settings);
        there = here.beside(settings);
        awaitBroker();
    }

    @AfterAll
    static void stop() {
        if (there != null) {
            there.close();
            here.close();
            libraries.close();
            nats.close();
        }
    }

    private static void awaitBroker() {
        await().atMost(LONG)
                .until(() -> List.of(here, there).stream()
                        .allMatch(process -> process.hub().connected()));
    }

    private static JsonNode search(AssetHub process, String query) {
        return requireAnswer(process.get(SEARCH + "?query=" + query), 200, "get", SEARCH);
    }

    private static int found(AssetHub process, String query) {
        var answer = search(process, query);
        int found = answer.path("total_count").asInt();
        assertThat(answer.path("assets")).hasSize(found);
        return found;
    }

    private static String upload(AssetHub process, String title, String visibility) {
        byte[] picture = Pictures.plain(new Color(COLOUR.incrementAndGet()), 40, 30);
        return requireAnswer(
                        process.upload(
                                UPLOAD,
                                "x.png",
                                picture,
                                Map.of(
                                        "title",
                                        title,
                                        "description",
                                        "",
                                        "category",
                                        "image",
                                        "visibility",
                                        visibility)),
                        200,
                        "post",
                        UPLOAD)
                .path("id")
                .asText();
    }

    /** A row nobody was told of. */
    private static void unnoticed(String category, String title) {
        here.database()
                .execute("insert into assets (id, category, title, file_url, storage_type, storage_path, quality_score)"
                        + " values ('" + UUID.randomUUID() + "', '" + category + "', '" + title
                        + "', 'generated/x/x.png', 'supabase', 'generated/x/x.png', 0.9)");
    }

    @Test
    void searchesOnceAndShowsTheRowsAsTheyAre() {
        String id = upload(here, "Amber chalice", "shared");
        var first = search(here, "amber");
        double before = hitRate();
        unnoticed("image", "Amber goblet");
        here.database().execute("update assets set title = 'Amber bowl' where id = '" + id + "'");

        var again = search(here, "amber");

        assertThat(first.path("total_count").asInt()).isEqualTo(1);
        assertThat(again.path("total_count").asInt()).isEqualTo(1);
        assertThat(again.at("/assets/0/title").asText()).isEqualTo("Amber bowl");
        assertThat(again.at("/assets/0/similarity")).isEqualTo(first.at("/assets/0/similarity"));
        assertThat(again.at("/assets/0/download_url").asText()).startsWith("/files/community/image/" + id);
        assertThat(again.path("search_mode")).isEqualTo(first.path("search_mode"));
        assertThat(hitRate()).isGreaterThan(before).isLessThan(1);
        assertThat(found(there, "amber")).as("each process remembers by itself").isEqualTo(2);
    }

    private static double hitRate() {
        return requireAnswer(here.get("/api/v1/assets/metrics"), 200, "get", "/api/v1/assets/metrics")
                .at("/performance/cache_hit_rate")
                .asDouble();
    }

    @Test
    void showsNothingThatIsGoneOrHiddenSince() {
        String gone = upload(here, "Basalt column", "shared");
        String hidden = upload(here, "Basalt pillar", "shared");
        upload(here, "Basalt block", "shared");
        assertThat(found(here, "basalt")).isEqualTo(3);

        here.database().execute("update assets set deleted_at = now() where id = '" + gone + "'");
        here.database()
                .execute("update assets set visibility = 'private', created_by = 'somebody' where id = '" + hidden
                        + "'");

        assertThat(found(here, "basalt")).isEqualTo(1);
        assertThat(search(here, "basalt").at("/assets/0/title").asText()).isEqualTo("Basalt block");
    }

    @Test
    void findsAnUploadAtOnceHereAndSoonElsewhere() {
        upload(here, "Copper kettle", "shared");
        assertThat(found(here, "copper")).isEqualTo(1);
        assertThat(found(there, "copper")).isEqualTo(1);
        assertThat(found(there, "copper&category=image")).isEqualTo(1);

        upload(here, "Copper pan", "shared");

        assertThat(found(here, "copper")).isEqualTo(2);
        await().atMost(LONG).until(() -> found(there, "copper") == 2 && found(there, "copper&category=image") == 2);
    }

    @Test
    void findsAGenerationSoonEverywhere() {
        upload(here, "Dragonfly", "shared");
        assertThat(found(here, "dragonfly")).isEqualTo(1);
        assertThat(found(there, "dragonfly")).isEqualTo(1);

        requireAnswer(
                there.post("/api/v1/assets/generate", "{'category':'image','style':'x','description':'A dragonfly'}"),
                200,
                "post",
                "/api/v1/assets/generate");

        await().atMost(LONG).until(() -> found(here, "dragonfly") == 2 && found(there, "dragonfly") == 2);
    }

    @Test
    void remembersWhatAnotherCategoryFound() {
        unnoticed("audio", "Echo of a cave");
        assertThat(found(here, "echo&category=audio")).isEqualTo(1);
        unnoticed("audio", "Echo of a hall");

        upload(here, "Echo of a picture", "shared");

        assertThat(found(here, "echo&category=audio")).isEqualTo(1);
        assertThat(found(here, "echo")).isEqualTo(3);
    }

    @Test
    void remembersForEachCallerAlone() {
        upload(here, "Falcon of mine", "private");

        assertThat(found(here, "falcon")).isEqualTo(1);
        assertThat(here.getAsOther(SEARCH + "?query=falcon").body()).contains("\"total_count\":0");
        assertThat(found(here, "falcon")).isEqualTo(1);
    }

    @Test
    void remembersNothingThatFoundNothing() {
        assertThat(found(here, "gargoyle")).isZero();

        unnoticed("image", "Gargoyle");

        assertThat(found(here, "gargoyle")).isEqualTo(1);
    }

    @Test
    void tellsSearchesApartByTagsInAnyOrderAndPages() {
        unnoticed("image", "Heron");
        here.database().execute("update assets set style_tags = '{lake,reed}' where title = 'Heron'");
        assertThat(found(here, "heron&style_tags=reed,lake")).isEqualTo(1);
        here.database().execute("update assets set style_tags = '{}' where title = 'Heron'");

        assertThat(found(here, "heron&style_tags=lake,reed")).isEqualTo(1);
        assertThat(found(here, "heron&style_tags=lake")).isZero();
        assertThat(search(here, "heron&style_tags=lake,reed&offset=1").path("assets"))
                .isEmpty();
    }

    @Test
    void asksALibraryOnceAndAgainAfterItWasAway() {
        String sounds = "rain&category=audio&include_external=true";
        var first = search(here, sounds);
        int asked = libraries.requests("/freesound/apiv2/search/").size();

        var again = search(here, sounds);

        assertThat(libraries.requests("/freesound/apiv2/search/")).hasSize(asked);
        assertThat(again.path("search_strategy")).isEqualTo(first.path("search_strategy"));
        assertThat(again.path("total_count")).isEqualTo(first.path("total_count"));
        assertThat(again.at("/assets/0/attribution"))
                .isEqualTo(first.at("/assets/0/attribution"))
                .isNotEmpty();

        // Poly Haven is away.
        unnoticed("texture", "Ivy on a wall");
        assertThat(found(here, "ivy&category=texture&include_external=true")).isEqualTo(1);
        unnoticed("texture", "Ivy on a tree");
        assertThat(found(here, "ivy&category=texture&include_external=true")).isEqualTo(2);
    }

    @Test
    void goesOnWithoutTheBrokerAndForgetsEverythingWhenItIsBack() throws IOException {
        upload(here, "Jasper stone", "shared");
        await().atMost(LONG).until(() -> found(there, "jasper") == 1);
        nats.kill();
        await().atMost(LONG)
                .until(() -> List.of(here, there).stream()
                        .noneMatch(process -> process.hub().connected()));

        upload(here, "Jasper ring", "shared");

        assertThat(found(here, "jasper")).isEqualTo(2);
        assertThat(found(there, "jasper")).as("nobody could tell").isEqualTo(1);
        unnoticed("image", "Jasper dust");
        nats = EmbeddedNats.start(folder.resolve("nats"), nats.port());
        awaitBroker();
        await().atMost(LONG).until(() -> found(here, "jasper") == 3 && found(there, "jasper") == 3);
    }

    @Test
    void findsByMeaningWhatGotItsVectorAfterTheSearch() {
        var settings = libraries.settings("embedding");
        settings.putAll(Map.of("gaia.asset.search-cache-time", "1h", "gaia.asset.embedding.model", "auto"));
        try (var meaning = AssetHub.start(folder, settings)) {
            upload(meaning, "Old lamp", "shared");
            await().atMost(LONG).until(() -> found(meaning, "lantern") == 1);
            var model = meaning.hub().spring().getBean("asset-embedding", CircuitBreaker.class);
            model.transitionToForcedOpenState();
            upload(meaning, "New lamp", "shared");
            assertThat(found(meaning, "lantern")).isEqualTo(1);

            model.reset();

            await().atMost(LONG).until(() -> found(meaning, "lantern") == 2);
        }
    }
}
