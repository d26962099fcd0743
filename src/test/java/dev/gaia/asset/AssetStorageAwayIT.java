package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.fake.asset.FakeAssetProvider;
import dev.gaia.fake.asset.FakeSupabaseStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files in Supabase Storage: served, and what happens while it is away. */
class AssetStorageAwayIT {

    private static final String GENERATE = "/api/v1/assets/generate";
    private static final String UPLOAD = "/api/v1/assets/upload";

    @TempDir
    static Path folder;

    private static FakeSupabaseStorage storage;
    private static FakeAssetProvider providers;
    private static AssetHub assets;

    @BeforeAll
    static void start() {
        storage = new FakeSupabaseStorage();
        providers = FakeAssetProvider.start();
        Map<String, String> settings = new HashMap<>(providers.settings("openai", "meshy"));
        settings.putAll(Map.of(
                "gaia.asset.storage.backend", "supabase",
                "gaia.asset.storage.supabase.url", storage.url(),
                "gaia.asset.storage.supabase.service-key", FakeSupabaseStorage.KEY,
                "gaia.asset.storage.retry-pause", "300ms",
                "gaia.asset.meshy-interval-ms", "20"));
        assets = AssetHub.start(folder, settings);
    }

    @AfterEach
    void comeBack() {
        storage.refuseWith(0);
    }

    @AfterAll
    static void stop() {
        assets.close();
        providers.close();
        storage.close();
    }

    @Test
    void servesFilesOfTheBucketThroughTheGateway() throws Exception {
        var fields = Map.of("title", "x", "description", "", "category", "prop");
        byte[] glb = "glTF of the bucket".getBytes(StandardCharsets.US_ASCII);

        var answer = requireAnswer(assets.upload(UPLOAD, "lamp.glb", glb, fields), 200, "post", UPLOAD);
        String link = answer.path("upload_url").asText();
        var whole = assets.file(link);
        var part = assets.file(link, "Range", "bytes=5-6");
        var detail = requireAnswer(assets.get(answer.path("url").asText()), 200, "get", "/api/v1/assets/{asset_id}");

        assertThat(whole.body()).isEqualTo(glb);
        assertThat(whole.headers().firstValue("x-content-type-options")).contains("nosniff");
        assertThat(whole.headers().firstValue("content-security-policy")).contains("default-src 'none'; sandbox");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).asString().isEqualTo("of");
        assertThat(detail.at("/metadata/storage_backend").asText()).isEqualTo("supabase");
        assertThat(storage.has("community/prop/" + answer.path("id").asText() + "_lamp.glb"))
                .isTrue();
    }

    @Test
    void keepsNothingOfAnUploadThatCannotBeStored() {
        storage.refuseWith(503);
        var fields = Map.of("title", "never", "description", "", "category", "prop");

        var answer = assets.upload(UPLOAD, "never.glb", "glTF never".getBytes(StandardCharsets.US_ASCII), fields);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("localhost").doesNotContain("Supabase");
        assertThat(assets.database().value("select count(*) from assets where title = 'never'"))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"image,/openai/v1/images/generations", "prop,/meshy/openapi/v2/text-to-3d"})
    void storesAPaidResultLaterThatCouldNotBeStored(String category, String call) {
        storage.refuseWith(503);
        providers.reset();
        String session = "away-" + category;

        var answer = assets.post(
                GENERATE,
                "{'category':'%s','style':'realistic','description':'A lamp','session_id':'%s'}"
                        .formatted(category, session));

        var error = requireAnswer(answer, 500, "post", GENERATE);
        assertThat(error.path("error_type").asText()).isEqualTo("internal_error");
        assertThat(error.path("detail").asText()).contains("could not be stored yet");
        assertThat(status(session)).isEqualTo("processing");

        storage.refuseWith(0);
        await().atMost(Duration.ofSeconds(20)).until(() -> status(session).equals("completed"));
        assertThat(providers.requests(call)).as("asked once").hasSize(1);
        assertThat(assets.database()
                        .value("select count(*) from api_usage_costs u join asset_generation_jobs j"
                                + " on u.request_id = j.generation_id::text where j.session_id = '" + session + "'"))
                .isEqualTo("1");
        String path = assets.database()
                .value("select a.storage_path from assets a join asset_generation_jobs j on j.asset_id = a.id"
                        + " where j.session_id = '" + session + "'");
        assertThat(storage.has(path)).isTrue();
    }

    private static String status(String session) {
        return assets.database().value("select status from asset_generation_jobs where session_id = '" + session + "'");
    }
}
