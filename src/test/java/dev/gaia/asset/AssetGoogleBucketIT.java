package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.json;
import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.fake.asset.FakeGoogleStorage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in a bucket of Google Cloud Storage below a running hub, which takes a service account's file and signs links. */
class AssetGoogleBucketIT {

    private static final String GENERATE = "/api/v1/assets/generate";

    @TempDir
    static Path folder;

    private static FakeGoogleStorage bucket;
    private static AssetHub assets;

    @BeforeAll
    static void start() throws IOException {
        bucket = new FakeGoogleStorage();
        assets = AssetHub.start(
                folder,
                Map.of(
                        "gaia.asset.storage.backend", "gcs",
                        "gaia.asset.storage.bucket", "not-this-one",
                        "gaia.asset.storage.gcs.bucket", "assets",
                        "gaia.asset.storage.gcs.endpoint", bucket.url(),
                        "gaia.asset.storage.gcs.credentials-file",
                                bucket.credentials(folder).toString(),
                        "gaia.asset.storage.links", "signed",
                        "gaia.asset.simulated", "true"));
    }

    @AfterAll
    static void stop() {
        assets.close();
        bucket.close();
    }

    @Test
    void keepsAPictureThereAndSignsItsLinks() throws Exception {
        var made = requireAnswer(
                assets.post(GENERATE, "{'category':'image','style':'x','description':'A lamp'}"),
                200,
                "post",
                GENERATE);
        String path = "/api/v1/assets/" + made.path("asset_id").asText();
        var detail = requireAnswer(assets.get(path), 200, "get", "/api/v1/assets/{asset_id}");

        assertThat(made.at("/storage_info/bucket_name").asText()).isEqualTo("assets");
        assertThat(made.at("/storage_info/storage_type").asText()).isEqualTo("supabase");
        assertThat(made.at("/metadata/storage_backend").asText()).isEqualTo("gcs");
        for (String link : List.of(
                made.at("/asset_data/download_url").asText(),
                made.at("/asset_data/preview_image_url").asText(),
                detail.at("/asset_data/download_url").asText())) {
            assertThat(link).startsWith(bucket.url() + "/assets/").contains("&X-Goog-Signature=");
            var file = assets.hub()
                    .httpClient()
                    .send(HttpRequest.newBuilder(URI.create(link)).build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(file.statusCode()).isEqualTo(200);
            assertThat(file.headers().firstValue("content-type")).contains("image/png");
        }
    }

    @Test
    void servesItsFilesAndSaysThatItIsThere() throws Exception {
        var made = requireAnswer(
                assets.post(GENERATE, "{'category':'image','style':'x','description':'A boat'}"),
                200,
                "post",
                GENERATE);
        String path = made.at("/storage_info/file_path").asText();

        var part = assets.file("/files/" + path, "Range", "bytes=1-3");

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).asString().isEqualTo("PNG");
        assertThat(json(assets.get("/api/v1/assets/health").body())
                        .at("/services/storage")
                        .asText())
                .isEqualTo("connected");
    }
}
