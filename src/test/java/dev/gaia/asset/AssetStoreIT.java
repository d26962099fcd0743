package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.asset.image.Pictures;
import dev.gaia.asset.store.Content;
import java.awt.Color;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads, files, lists, details and searches over HTTP, with a real PostgreSQL and a folder of files. */
class AssetStoreIT {

    private static final String UPLOAD = "/api/v1/assets/upload";

    @TempDir
    static Path folder;

    private static AssetHub assets;

    @BeforeAll
    static void start() {
        assets = AssetHub.start(folder, Map.of("gaia.asset.uploads-per-minute-max", "1000"));
    }

    @AfterAll
    static void stop() {
        assets.close();
    }

    private static byte[] png(int colour) {
        return Pictures.plain(new Color(colour), 700, 350);
    }

    private static Map<String, String> fields(String title, String description, String... more) {
        Map<String, String> fields =
                new HashMap<>(Map.of("title", title, "description", description, "category", "image"));
        for (int i = 0; i < more.length; i += 2) {
            fields.put(more[i], more[i + 1]);
        }
        return fields;
    }

    private static JsonNode uploaded(String filename, byte[] file, Map<String, String> fields) {
        return requireAnswer(assets.upload(UPLOAD, filename, file, fields), 200, "post", UPLOAD);
    }

    @Test
    void keepsAnUploadWithItsPreviewAndServesBoth() throws Exception {
        byte[] picture = png(0x102030);

        var answer = uploaded(
                "../evil dir/my lamp.png", picture, fields("Lamp", "A brass lamp", "style_tags", " Vintage,,indoor "));

        assertThat(answer.path("filename").asText()).isEqualTo("my_lamp.png");
        assertThat(answer.path("upload_url").asText())
                .isEqualTo("/files/community/image/" + answer.path("id").asText() + "_my_lamp.png");
        var file = assets.file(answer.path("upload_url").asText());
        assertThat(file.body()).isEqualTo(picture);
        assertThat(file.headers().firstValue("content-type")).contains("image/png");
        assertThat(file.headers().firstValue("x-content-type-options")).contains("nosniff");
        assertThat(file.headers().firstValue("content-security-policy")).contains("default-src 'none'; sandbox");
        var preview = assets.file(answer.path("preview_url").asText());
        var size = new Pictures(1_000_000).size(Content.of(preview.body())).orElseThrow();
        assertThat(size.width).isEqualTo(512);
        assertThat(size.height).isEqualTo(256);
        var detail = requireAnswer(assets.get(answer.path("url").asText()), 200, "get", "/api/v1/assets/{asset_id}");
        assertThat(detail.path("style_tags")).hasSize(2);
        assertThat(detail.path("size").asInt()).isEqualTo(picture.length);
        assertThat(detail.path("source_name").asText()).isEqualTo("community_uploads");
    }

    @Test
    void servesPartsOfAFile() throws Exception {
        byte[] picture = png(0x203040);
        String link = uploaded("parts.png", picture, fields("Parts", ""))
                .path("upload_url")
                .asText();

        var part = assets.file(link, "Range", "bytes=10-19");
        var end = assets.file(link, "Range", "bytes=-5");
        var behind = assets.file(link, "Range", "bytes=" + picture.length + "-");

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(picture, 10, 20));
        assertThat(part.headers().firstValue("content-range")).contains("bytes 10-19/" + picture.length);
        assertThat(end.body()).isEqualTo(Arrays.copyOfRange(picture, picture.length - 5, picture.length));
        assertThat(behind.statusCode()).isEqualTo(416);
        assertThat(behind.headers().firstValue("content-range")).contains("bytes */" + picture.length);
    }

    @Test
    void answersTheSameAssetForTheSameBytesOfOneCaller() {
        byte[] picture = png(0x304050);
        var first = uploaded("a.png", picture, fields("First", ""));
        var second = uploaded("b.png", picture, fields("Second", ""));
        var other = requireAnswer(
                assets.upload(UPLOAD, AssetHub.OTHER_KEY, "c.png", picture, fields("Third", "")), 200, "post", UPLOAD);

        assertThat(second.path("id")).isEqualTo(first.path("id"));
        assertThat(other.path("id")).isNotEqualTo(first.path("id"));
    }

    @Test
    void keepsAnUploadThatIsNothingButAFile() {
        var answer = requireAnswer(
                assets.upload(
                        "/api/v1/assets", "tone.wav", "RIFF....WAVEfmt ".getBytes(StandardCharsets.US_ASCII), Map.of()),
                200,
                "post",
                "/api/v1/assets");

        var detail = requireAnswer(assets.get(answer.path("url").asText()), 200, "get", "/api/v1/assets/{asset_id}");
        assertThat(detail.path("category").asText()).isEqualTo("audio");
        assertThat(detail.path("title").asText()).isEqualTo("tone.wav");
    }

    @ParameterizedTest
    @CsvSource({"page.html,<html>", "picture.svg,<svg>", "tool.exe,MZ", "fake.png,<html>", "noextension,abc"})
    void refusesFilesThatAreNotWhatTheCategoryTakes(String name, String content) {
        var answer = assets.upload(UPLOAD, name, content.getBytes(StandardCharsets.UTF_8), fields("x", ""));

        var error = requireAnswer(answer, 415, "post", UPLOAD);
        assertThat(error.path("error_type").asText()).isEqualTo("unsupported_media_type");
        assertThat(error.path("detail").asText()).startsWith("Service error: {\"detail\":\"File ");
    }

    @Test
    void refusesAFormThatLacksFields() {
        var answer = assets.upload(UPLOAD, "", new byte[0], Map.of("category", "nonsense"));

        var error = requireAnswer(answer, 422, "post", UPLOAD);
        assertThat(error.path("errors").findValuesAsText("msg"))
                .anyMatch(text -> text.contains("Field required"))
                .anyMatch(text -> text.contains("'animation'"));
    }

    @Test
    void refusesPicturesWithTooManyPixelsWithoutDecodingThem() throws IOException {
        byte[] bomb = png(0x405060);
        // The head of a PNG says 30000 by 30000; nothing behind it has to be true.
        byte[] side = {0, 0, 0x75, 0x30};
        System.arraycopy(side, 0, bomb, 16, 4);
        System.arraycopy(side, 0, bomb, 20, 4);

        var answer = assets.upload(UPLOAD, "bomb.png", bomb, fields("Bomb", ""));

        assertThat(requireAnswer(answer, 413, "post", UPLOAD).path("detail").asText())
                .contains("megapixels");
        try (var files = Files.walk(folder)) {
            assertThat(files.filter(file -> file.toString().contains("bomb"))).isEmpty();
        }
    }

    @Test
    void hidesPrivateAssetsFromOthersExceptThroughASignedLink() throws Exception {
        var answer = uploaded("mine.png", png(0x506070), fields("Hidden thing", "", "visibility", "private"));
        String id = answer.path("id").asText();
        String link = answer.path("upload_url").asText();

        assertThat(assets.getAsOther("/api/v1/assets/" + id).statusCode()).isEqualTo(404);
        assertThat(assets.get("/api/v1/assets/" + id).statusCode()).isEqualTo(200);
        assertThat(assets.getAsOther("/api/v1/assets?limit=100").body()).doesNotContain(id);
        assertThat(assets.getAsOther("/api/v1/assets/search?query=hidden").body())
                .doesNotContain(id);
        assertThat(link).contains("signature=");
        assertThat(assets.file(link).statusCode()).isEqualTo(200);
        assertThat(assets.file(link.substring(0, link.indexOf('?'))).statusCode())
                .isEqualTo(404);
        assertThat(assets.file(link.replaceAll("expires=\\d+", "expires=9999999999"))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void listsNewestFirstInPages() {
        uploaded("l1.png", png(0x010101), fields("List one", "", "style_tags", "listing"));
        uploaded("l2.png", png(0x020202), fields("List two", "", "style_tags", "listing,second"));

        var all = requireAnswer(assets.get("/api/v1/assets?style_tags=listing"), 200, "get", "/api/v1/assets");
        var page = requireAnswer(
                assets.get("/api/v1/assets/?style_tags=listing&limit=1&offset=1&source=community_uploads"),
                200,
                "get",
                "/api/v1/assets");

        assertThat(all.path("total").asInt()).isEqualTo(2);
        assertThat(all.at("/assets/0/title").asText()).isEqualTo("List two");
        assertThat(page.path("assets")).hasSize(1);
        assertThat(page.at("/assets/0/title").asText()).isEqualTo("List one");
        assertThat(page.path("total").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=x", "offset=-1", "category=video"})
    void refusesPagesThatAreNone(String query) {
        requireAnswer(assets.get("/api/v1/assets?" + query), 422, "get", "/api/v1/assets");
        requireAnswer(assets.get("/api/v1/assets/search?query=a&" + query), 422, "get", "/api/v1/assets/search");
    }

    @Test
    void findsByWordsTagsAndSimilarTitles() {
        uploaded("s1.png", png(0x0a0a0a), fields("Crystal lighthouse", "Shining over a stormy sea"));
        uploaded("s2.png", png(0x0b0b0b), fields("Harbour", "A small lighthouse far away", "style_tags", "sea"));

        var found = requireAnswer(
                assets.get("/api/v1/assets/search?query=crystal%20lighthouses"), 200, "get", "/api/v1/assets/search");
        var misspelt = requireAnswer(
                assets.get("/api/v1/assets/search?query=cristal%20lighthuse"), 200, "get", "/api/v1/assets/search");

        assertThat(found.at("/assets/0/title").asText()).isEqualTo("Crystal lighthouse");
        assertThat(found.at("/assets/0/similarity").asDouble()).isGreaterThan(0.7);
        assertThat(found.at("/assets/1/similarity").asDouble()).isLessThan(0.7);
        assertThat(misspelt.at("/assets/0/title").asText()).isEqualTo("Crystal lighthouse");
        assertThat(requireAnswer(assets.get("/api/v1/assets/search"), 422, "get", "/api/v1/assets/search"))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/assets/nonsense", "/api/v1/assets/00000000-0000-4000-8000-000000000000"})
    void doesNotFindWhatIsNotThere(String path) {
        requireAnswer(assets.get(path), 404, "get", "/api/v1/assets/{asset_id}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/files/previews/..%2f..%2fetc%2fpasswd",
                "/files/../pom.xml",
                "/files/community/image/00000000-0000-4000-8000-000000000000_a.png",
                "/files/.incoming/x",
                "/files/previews/a%00.png"
            })
    void servesNothingButStoredFiles(String link) throws Exception {
        assertThat(assets.file(link).statusCode()).isIn(400, 404);
    }

    @Test
    void countsWhatItKeeps() {
        uploaded("m.png", png(0x0c0c0c), fields("Metrics", ""));

        var metrics = requireAnswer(assets.get("/api/v1/assets/metrics"), 200, "get", "/api/v1/assets/metrics");

        assertThat(metrics.at("/storage/total_assets").asInt()).isPositive();
    }

    @Test
    void needsCredentialsExceptForTheTest() {
        assertThat(assets.hub().get("/api/v1/assets").statusCode()).isEqualTo(401);
        assertThat(assets.hub().get("/api/v1/assets", "X-API-Key", "unknown").statusCode())
                .isEqualTo(403);
        requireAnswer(assets.hub().get("/api/v1/assets/test"), 200, "get", "/api/v1/assets/test");
        requireAnswer(assets.get("/api/v1/assets/health"), 200, "get", "/api/v1/assets/health");
    }
}
