package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.fake.asset.FakeAssetProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the free libraries offer, over HTTP and with a real PostgreSQL. */
class AssetLibraryIT {

    private static final String SEARCH = "/api/v1/assets/search";
    private static final String REQUEST = "/api/v1/assets/request";

    @TempDir
    static Path folder;

    private static FakeAssetProvider libraries;
    private static AssetHub assets;

    @BeforeAll
    static void start() {
        libraries = FakeAssetProvider.start();
        var settings = libraries.settings("freesound", "polyhaven");
        settings.putAll(Map.of("gaia.asset.retry-pause", "1ms", "gaia.asset.simulated", "false"));
        assets = AssetHub.start(folder, settings);
    }

    @AfterAll
    static void stop() {
        assets.close();
        libraries.close();
    }

    @BeforeEach
    void forget() {
        assets.database().execute("delete from assets");
    }

    @Test
    void findsSoundsWithTheirLicencesAndCredits() {
        var found = requireAnswer(
                assets.get(SEARCH + "?query=rain&category=audio&include_external=true"), 200, "get", SEARCH);
        var again = requireAnswer(
                assets.get(SEARCH + "?query=rain&category=audio&include_external=true"), 200, "get", SEARCH);

        assertThat(found.path("search_strategy").asText()).isEqualTo("external");
        assertThat(found.path("total_count").asInt()).isEqualTo(2);
        var sound = found.at("/assets/0").path("title").asText().equals("Rain on a roof")
                ? found.at("/assets/0")
                : found.at("/assets/1");
        assertThat(sound.path("license_type").asText()).isEqualTo("creative_commons");
        assertThat(sound.path("attribution_required").asBoolean()).isTrue();
        assertThat(sound.at("/attribution/author").asText()).isEqualTo("ann");
        assertThat(sound.path("download_url").asText()).isEqualTo("https://cdn.freesound.org/7.mp3");
        assertThat(again.path("search_strategy").asText()).isEqualTo("hybrid");
        assertThat(again.path("total_count").asInt()).as("none twice").isEqualTo(2);
        assertThat(again.path("assets")).hasSize(2);
        assertThat(assets.database().value("select count(*) from assets where external_id in ('7', '8')"))
                .isEqualTo("2");
        assertThat(libraries.requests("/freesound/apiv2/search/").getFirst().headers())
                .containsEntry("authorization", "Token key-of-freesound");
    }

    @Test
    void asksTheOlderSearchOfFreesoundWhereThePresentOneIsNotThere() {
        libraries.freesoundStatus(404);
        libraries.reset();
        try {
            var found = requireAnswer(
                    assets.get(SEARCH + "?query=older+rain&category=audio&include_external=true"), 200, "get", SEARCH);

            assertThat(found.path("total_count").asInt()).isEqualTo(2);
            assertThat(libraries.requests("/freesound/apiv2/search/")).hasSize(1);
            assertThat(libraries.requests("/freesound/apiv2/search/text/")).hasSize(1);
        } finally {
            libraries.freesoundStatus(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401})
    void asksTheOlderSearchForNoOtherReason(int status) {
        libraries.freesoundStatus(status);
        libraries.reset();
        try {
            var found = requireAnswer(
                    assets.get(SEARCH + "?query=unheard+of&category=audio&include_external=true"), 200, "get", SEARCH);

            assertThat(found.path("assets")).isEmpty();
            assertThat(libraries.requests("/freesound/apiv2/search/")).hasSize(1);
            assertThat(libraries.requests("/freesound/apiv2/search/text/")).isEmpty();
        } finally {
            libraries.freesoundStatus(200);
        }
    }

    @Test
    void usesATextureOfALibraryWhenNothingStoredWillDo() {
        var answer = requireAnswer(
                assets.post(
                        REQUEST, "{'category':'texture','style':'realistic','description':'Wet cobblestone street'}"),
                200,
                "post",
                REQUEST);

        assertThat(answer.path("source").asText()).isEqualTo("external");
        assertThat(answer.at("/storage_info/external_source").asText()).isEqualTo("poly_haven");
        assertThat(answer.at("/asset_data/license_type").asText()).isEqualTo("public_domain");
        assertThat(answer.at("/asset_data/file_size_mb").asDouble()).isEqualTo(2.0);
        assertThat(answer.at("/attribution/licence_name").asText()).isEqualTo("CC0");
    }

    @Test
    void takesNothingThatMayNotBeSoldUnlessTheCallerSaysSo() {
        String body =
                "{'category':'audio','style':'ambient','description':'town rain','preferences':{'max_cost':0.5%s}}";

        var commercial = requireAnswer(assets.post(REQUEST, body.formatted("")), 200, "post", REQUEST);
        var any = requireAnswer(
                assets.post(REQUEST, body.formatted(",'allow_non_commercial':true")), 200, "post", REQUEST);

        assertThat(commercial.at("/asset_data/download_url").asText()).endsWith("/7.mp3");
        assertThat(any.at("/asset_data/download_url").asText()).endsWith("/8.mp3");
        assertThat(commercial.at("/asset_data/attribution_text").asText()).contains("Rain on a roof by ann (CC BY)");
    }

    @Test
    void showsLicenceAndCreditWhereverAnAssetIsShown() {
        var answer = requireAnswer(
                assets.post(REQUEST, "{'category':'audio','style':'ambient','description':'rain on a roof'}"),
                200,
                "post",
                REQUEST);
        String id = answer.path("asset_id").asText();
        var detail = requireAnswer(assets.get("/api/v1/assets/" + id), 200, "get", "/api/v1/assets/{asset_id}");
        var list = requireAnswer(assets.get("/api/v1/assets?category=audio"), 200, "get", "/api/v1/assets");
        var search = requireAnswer(assets.get(SEARCH + "?query=rain+on+a+roof&category=audio"), 200, "get", SEARCH);

        assertThat(answer.at("/attribution/licence_url").asText())
                .isEqualTo("https://creativecommons.org/licenses/by/4.0/");
        for (var shown : List.of(detail, entry(list, id), entry(search, id))) {
            assertThat(shown.path("license_type").asText()).isEqualTo("creative_commons");
            assertThat(shown.path("attribution_required").asBoolean()).isTrue();
            assertThat(shown.at("/attribution/author").asText()).isEqualTo("ann");
            assertThat(shown.at("/attribution/licence_name").asText()).isEqualTo("CC BY");
            assertThat(shown.at("/attribution/source_url").asText()).isEqualTo("https://freesound.org/s/7");
        }
        assertThat(detail.at("/asset_data/attribution_text").asText())
                .isEqualTo("Rain on a roof by ann (CC BY) https://freesound.org/s/7");
    }

    private static JsonNode entry(JsonNode answer, String id) {
        for (var entry : answer.path("assets")) {
            if (id.equals(entry.path("id").asText())) {
                return entry;
            }
        }
        throw new AssertionError(id + " is not in " + answer);
    }

    @Test
    void creditsPolyHavenThoughItsFilesNeedNone() {
        var found = requireAnswer(
                assets.get(SEARCH + "?query=wet+cobblestone&category=texture&include_external=true"),
                200,
                "get",
                SEARCH);

        var texture = found.at("/assets/0");
        assertThat(texture.path("license_type").asText()).isEqualTo("public_domain");
        assertThat(texture.path("attribution_required").asBoolean()).isFalse();
        assertThat(texture.at("/attribution/author").asText()).isEqualTo("Rob");
        assertThat(texture.at("/attribution/source_url").asText()).isEqualTo("https://polyhaven.com/a/wet_cobblestone");
        assertThat(assets.database()
                        .value("select requires_attribution from asset_sources where source_name = 'poly_haven'"))
                .isEqualTo("t");
    }

    @Test
    void searchesOnWithoutALibraryThatIsAway() {
        var lonely = AssetHub.start(
                folder,
                Map.of(
                        "gaia.provider.endpoints.polyhaven.base-url", "http://127.0.0.1:1",
                        "gaia.asset.retry-pause", "1ms"));
        try (lonely) {
            var found = requireAnswer(
                    lonely.get(SEARCH + "?query=bark&category=texture&include_external=true"), 200, "get", SEARCH);

            assertThat(found.path("search_strategy").asText()).isEqualTo("database");
        }
    }
}
