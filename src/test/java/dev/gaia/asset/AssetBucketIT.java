package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.asset.image.Pictures;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.fake.asset.S3Server;
import java.awt.Color;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files in a bucket of a server that speaks S3: links to the bucket itself in every answer, and files that a gateway
 * hands out which reaches the asset process, and through it the bucket, over a broker only.
 */
class AssetBucketIT {

    private static final String GENERATE = "/api/v1/assets/generate";
    private static final String SEARCH = "/api/v1/assets/search";
    private static final String UPLOAD = "/api/v1/assets/upload";

    @TempDir
    static Path folder;

    private static EmbeddedNats nats;
    private static S3Server bucket;
    private static AssetHub open;
    private static AssetHub signing;
    private static AssetHub far;
    private static AssetHub gateway;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        nats = EmbeddedNats.start(folder.resolve("nats"));
        bucket = S3Server.start(folder.resolve("bucket"));
        open = AssetHub.start(folder.resolve("files"), settings("public", Map.of()));
        signing = open.beside(settings("signed", Map.of()));
        Map<String, String> link = Map.of(
                "gaia.nats.url", nats.url(),
                "gaia.link.auth", "nats",
                "gaia.link.chat", "nats",
                "gaia.link.asset", "nats");
        far = open.beside(settings("gateway", with(link, "gaia.services", "auth,asset")));
        gateway = open.beside(with(link, "gaia.services", "gateway"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> List.of(far, gateway).stream()
                        .allMatch(process -> process.hub().connected()));
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
            far.close();
            signing.close();
            open.close();
            bucket.close();
            nats.close();
        }
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(name, value);
        return more;
    }

    private static Map<String, String> settings(String links, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "gaia.asset.storage.backend", "s3",
                "gaia.asset.storage.s3.endpoint", bucket.url(),
                "gaia.asset.storage.s3.path-style", "true",
                "gaia.asset.storage.s3.access-key", "key-of-the-test",
                "gaia.asset.storage.s3.secret-key", "secret-of-the-test",
                "gaia.asset.storage.links", links,
                "gaia.asset.simulated", "true"));
        settings.put("gaia.asset.storage.public-base-url", links.equals("gateway") ? "/files" : "");
        settings.putAll(more);
        return settings;
    }

    private static HttpResponse<byte[]> fetch(String link) throws Exception {
        return open.hub()
                .httpClient()
                .send(HttpRequest.newBuilder(URI.create(link)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static byte[] png() {
        return Pictures.plain(new Color((int) (System.nanoTime() & 0xffffff)), 60, 40);
    }

    private static JsonNode entry(JsonNode answer, String id) {
        for (var entry : answer.path("assets")) {
            if (id.equals(entry.path("id").asText())) {
                return entry;
            }
        }
        throw new AssertionError(id + " is not in " + answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"public", "signed"})
    void leadsToTheBucketInEveryAnswer(String links) throws Exception {
        AssetHub assets = links.equals("public") ? open : signing;
        String word = "Lantern" + UUID.randomUUID().toString().replace("-", "");

        var answer = assets.post(
                GENERATE,
                "{'category':'image','style':'vintage','description':'" + word + "','session_id':'" + word + "'}");
        var made = requireAnswer(answer, 200, "post", GENERATE);
        String id = made.path("asset_id").asText();
        String generation = answer.headers().firstValue("X-Generation-Id").orElseThrow();
        var read = requireAnswer(
                assets.get("/api/v1/assets/generations/" + generation),
                200,
                "get",
                "/api/v1/assets/generations/{generation_id}");
        var list = requireAnswer(assets.get("/api/v1/assets?limit=100"), 200, "get", "/api/v1/assets");
        var detail = requireAnswer(assets.get("/api/v1/assets/" + id), 200, "get", "/api/v1/assets/{asset_id}");
        var search = requireAnswer(assets.get(SEARCH + "?query=" + word), 200, "get", SEARCH);

        for (String link : List.of(
                made.at("/asset_data/download_url").asText(),
                made.at("/asset_data/preview_image_url").asText(),
                read.path("image_url").asText(),
                entry(list, id).path("download_url").asText(),
                entry(list, id).path("preview_image_url").asText(),
                detail.at("/asset_data/download_url").asText(),
                entry(search, id).path("download_url").asText())) {
            assertThat(link).startsWith(bucket.url() + "/assets/");
            assertThat(link.contains("X-Amz-Signature=")).as(link).isEqualTo(links.equals("signed"));
            var file = fetch(link);
            assertThat(file.statusCode()).isEqualTo(200);
            assertThat(file.headers().firstValue("content-type")).contains("image/png");
        }
    }

    @Test
    void signsLinksToPrivateFilesInAnOpenBucket() throws Exception {
        byte[] picture = png();
        var answer = requireAnswer(
                open.upload(
                        UPLOAD,
                        "mine.png",
                        picture,
                        Map.of("title", "Mine", "description", "", "category", "image", "visibility", "private")),
                200,
                "post",
                UPLOAD);

        String link = answer.path("upload_url").asText();
        assertThat(link).startsWith(bucket.url() + "/assets/community/image/").contains("X-Amz-Signature=");
        assertThat(fetch(link).body()).isEqualTo(picture);
    }

    @Test
    void handsOutFilesOfTheBucketOverTheBroker() throws Exception {
        byte[] model = new byte[3 << 20];
        Arrays.fill(model, (byte) 7);
        System.arraycopy("glTF".getBytes(StandardCharsets.US_ASCII), 0, model, 0, 4);
        System.arraycopy(UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII), 0, model, 100, 36);
        var answer = requireAnswer(
                gateway.upload(UPLOAD, "far.glb", model, Map.of("title", "Far", "description", "", "category", "prop")),
                200,
                "post",
                UPLOAD);
        String link = answer.path("upload_url").asText();

        var whole = gateway.file(link);
        var part = gateway.file(link, "Range", "bytes=1000000-1000099");

        assertThat(link).startsWith("/files/community/prop/");
        assertThat(whole.body()).isEqualTo(model);
        assertThat(whole.headers().firstValue("content-type")).contains("model/gltf-binary");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(model, 1_000_000, 1_000_100));
        assertThat(fetch(bucket.url() + "/assets" + link.substring("/files".length()))
                        .body())
                .as("it lies in the bucket")
                .isEqualTo(model);
        assertThat(gateway.file(link + "x").statusCode()).isEqualTo(404);
    }

    @Test
    void makesAndShowsAPictureOverTheBroker() throws Exception {
        var made = requireAnswer(
                gateway.post(GENERATE, "{'category':'image','style':'x','description':'A far lamp'}"),
                200,
                "post",
                GENERATE);

        var file = gateway.file(made.at("/asset_data/download_url").asText());

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.body()).startsWith(0x89, 'P', 'N', 'G');
        assertThat(made.at("/metadata/storage_backend").asText()).isEqualTo("s3");
    }
}
