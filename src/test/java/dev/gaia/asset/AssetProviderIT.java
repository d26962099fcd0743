package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.json;
import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.fake.asset.FakeAssetProvider;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Generations with providers that speak their real wire formats, over HTTP and with a real PostgreSQL. */
class AssetProviderIT {

    private static final String GENERATE = "/api/v1/assets/generate";
    private static final String OPENAI = "/openai/v1/images/generations";
    private static final String MESHY = "/meshy/openapi/v2/text-to-3d";

    @TempDir
    static Path folder;

    private static FakeAssetProvider providers;
    private static AssetHub assets;

    @BeforeAll
    static void start() {
        providers = FakeAssetProvider.start();
        var settings = providers.settings("openai", "stability", "meshy", "mubert", "midjourney");
        settings.put("gaia.asset.file-max-mb", "24");
        settings.putAll(Map.of(
                "gaia.asset.retry-pause", "1ms",
                "gaia.asset.turn-timeout-ms", "1000",
                "gaia.asset.meshy-interval-ms", "20",
                "gaia.asset.meshy-limit-ms", "400",
                "gaia.asset.mubert-interval-ms", "20",
                "gaia.asset.midjourney-interval-ms", "20",
                "gaia.asset.mubert-customer-id", "customer-1",
                "gaia.asset.webhook.meshy-secret", "meshy-secret"));
        assets = AssetHub.start(folder, settings);
    }

    @AfterAll
    static void stop() {
        assets.close();
        providers.close();
    }

    @BeforeEach
    void forget() {
        providers.reset();
    }

    private static JsonNode generated(String category, String description, String more) {
        return requireAnswer(order(category, description, more), 200, "post", GENERATE);
    }

    private static java.net.http.HttpResponse<String> order(String category, String description, String more) {
        return assets.post(
                GENERATE,
                "{'category':'%s','style':'realistic','description':'%s'%s}".formatted(category, description, more));
    }

    private static final String HIGH = ",'requirements':{'platform':'vr','quality':'high'}";

    @Test
    void asksOpenAiForPictures() {
        var answer = generated("image", "A lamp", HIGH);

        var sent = providers.requests(OPENAI).getFirst();
        assertThat(sent.headers()).containsEntry("authorization", "Bearer key-of-openai");
        assertThat(sent.body().path("model").asText()).isEqualTo("gpt-image-2.6-flare");
        assertThat(sent.body().path("quality").asText()).isEqualTo("high");
        assertThat(sent.body().has("response_format")).isFalse();
        assertThat(answer.path("cost").asDouble()).isEqualTo(0.08);
        assertThat(answer.at("/storage_info/external_source").asText()).isEqualTo("openai_dalle3");
        assertThat(answer.at("/metadata/provider_usage/total_tokens").asInt()).isEqualTo(30);
        assertThat(answer.at("/asset_data/quality_score").asDouble()).isEqualTo(0.95);
    }

    @Test
    void takesPicturesThatComeInsideTheAnswerUpToTheLargestFile() {
        var answer = generated("image", "A lamp fake-mib-24", HIGH);

        assertThat(answer.path("asset_data").path("file_size_mb").asDouble()).isEqualTo(24);
        assertThat(answer.at("/storage_info/external_source").asText()).isEqualTo("openai_dalle3");
    }

    @Test
    void asksAnotherProviderWhenAnAnswerIsLargerThanTheLargestFileInBase64() {
        var answer = generated("image", "A lamp fake-mib-25", HIGH);

        assertThat(providers.requests(OPENAI)).hasSize(1);
        assertThat(answer.at("/storage_info/external_source").asText()).isEqualTo("stability_ai");
    }

    @Test
    void keepsEveryFormatOfAModelThatIsWhatItSays() throws Exception {
        var answer = generated("prop", "A stool", "");

        assertThat(providers.requests(MESHY).getFirst().body().path("target_formats"))
                .hasSize(4);
        var formats = answer.at("/metadata/model_urls");
        String id = answer.path("asset_id").asText();
        // The obj is a page, and the usdz lies at an address nobody may ask.
        assertThat(formats.toString())
                .isEqualTo("{\"fbx\":\"/files/generated/prop/" + id + "/model.fbx\",\"glb\":\"/files/generated/prop/"
                        + id + ".glb\"}");
        assertThat(answer.at("/metadata/warnings"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder(
                        "The obj file was no such file, and is left out",
                        "The usdz file could not be fetched, and is left out");
        assertThat(answer.at("/metadata/user_id").asText()).isNotEmpty();
        var fbx = assets.file(formats.path("fbx").asText());
        assertThat(fbx.body()).asString().startsWith("Kaydara FBX Binary");
        assertThat(fbx.headers().firstValue("content-type")).contains("application/octet-stream");
        assertThat(fbx.headers().firstValue("content-disposition").orElse("")).startsWith("attachment");
    }

    @Test
    void deliversTheWantedFormatOfAModelAndKeepsTheUsualOneBeside() {
        var answer = generated("prop", "A bench", ",'requirements':{'platform':'vr','quality':'low','format':'fbx'}");

        String id = answer.path("asset_id").asText();
        assertThat(answer.at("/asset_data/download_url").asText()).isEqualTo("/files/generated/prop/" + id + ".fbx");
        assertThat(answer.at("/metadata/model_urls/glb").asText())
                .isEqualTo("/files/generated/prop/" + id + "/model.glb");
        assertThat(answer.at("/metadata").has("format_note")).isFalse();
    }

    @Test
    void comesBackWhenAProviderSaysByADate() {
        var answer = generated("image", "A lamp fake-busy-once", "");

        assertThat(answer.at("/storage_info/external_source").asText()).isEqualTo("openai_dalle3");
        var asked = providers.requests(OPENAI);
        assertThat(asked).hasSize(2);
        assertThat(asked.get(1).nanos() - asked.get(0).nanos()).isGreaterThanOrEqualTo(1_000_000_000L);
    }

    @Test
    void fallsBackToStabilityWhenOpenAiFails() {
        var answer = generated("image", "fake-broken lamp", "");

        assertThat(providers.requests(OPENAI)).hasSize(1);
        var sent = providers
                .requests("/stability/v2beta/stable-image/generate/core")
                .getFirst();
        assertThat(sent.headers().get("content-type")).startsWith("multipart/form-data; boundary=");
        assertThat(sent.text()).contains("name=\"aspect_ratio\"\r\n\r\n1:1\r\n");
        assertThat(answer.path("cost").asDouble()).isEqualTo(0.018);
        assertThat(answer.at("/storage_info/external_source").asText()).isEqualTo("stability_ai");
        assertThat(answer.at("/metadata/seed").asInt()).isEqualTo(7);
    }

    @Test
    void asksNobodyElseAfterARefusalOfContent() {
        var answer = order("image", "fake-moderated lamp", "");

        assertThat(requireAnswer(answer, 422, "post", GENERATE)
                        .path("error_type")
                        .asText())
                .isEqualTo("content_rejected");
        assertThat(providers.requests("/stability/v2beta/stable-image/generate/core"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400,502,provider_error",
        "401,503,provider_unavailable",
        "500,502,provider_error",
        "503,502,provider_error",
        "429,503,provider_unavailable"
    })
    void saysWhatProvidersSayInItsOwnWords(int sent, int status, String type) {
        var answer = order("prop", "fake-status-" + sent, "");

        var error = requireAnswer(answer, status, "post", GENERATE);
        assertThat(error.path("error_type").asText()).isEqualTo(type);
        assertThat(error.path("detail").asText())
                .contains("Asset request failed: Meshy AI")
                .doesNotContain("key-of");
        // A paid task is given again only when it surely was not taken.
        assertThat(providers.requests(MESHY)).hasSize(sent == 429 ? 4 : sent == 503 ? 3 : 1);
        resetBreakers();
    }

    private static void resetBreakers() {
        assets.hub()
                .spring()
                .getBean("asset-meshy", io.github.resilience4j.circuitbreaker.CircuitBreaker.class)
                .reset();
    }

    @Test
    void makesShapeAndSurfaceOfAModel() throws Exception {
        var answer = generated("prop", "A chair", HIGH);

        var sent = providers.requests(MESHY);
        assertThat(sent).hasSize(2);
        assertThat(sent.get(0).body().path("mode").asText()).isEqualTo("preview");
        assertThat(sent.get(0).body().path("target_polycount").asInt()).isEqualTo(15000);
        assertThat(sent.get(1).body().path("mode").asText()).isEqualTo("refine");
        assertThat(sent.get(1).body().path("preview_task_id").asText()).startsWith("task-");
        assertThat(answer.path("cost").asDouble()).isEqualTo(0.3);
        assertThat(assets.file(answer.at("/asset_data/download_url").asText())
                        .headers()
                        .firstValue("content-type"))
                .contains("model/gltf-binary");
    }

    @Test
    void makesTracksAndTextures() {
        var track = generated("audio", "Rain", "");
        var texture = generated("texture", "Bark", ",'preferences':{'max_cost':0.4}");

        var sent = providers.requests("/mubert/api/v3/public/tracks").getFirst();
        assertThat(sent.headers())
                .containsEntry("access-token", "key-of-mubert")
                .containsEntry("customer-id", "customer-1");
        assertThat(sent.body().path("bitrate").asInt()).isEqualTo(128);
        assertThat(track.at("/asset_data/file_format").asText()).isEqualTo("wav");
        assertThat(track.at("/asset_data/license_type").asText()).isEqualTo("custom");
        assertThat(providers
                        .requests("/midjourney/v1/imagine")
                        .getFirst()
                        .body()
                        .path("prompt")
                        .asText())
                .endsWith(" --tile");
        assertThat(texture.at("/storage_info/external_source").asText()).isEqualTo("midjourney");
        assertThat(texture.path("cost").asDouble()).isEqualTo(0.3);
    }

    @Test
    void makesAShorterTrackWhenTheSoundtrackCostsTooMuch() {
        var track = generated("audio", "Soundtrack of rain", "");

        assertThat(track.path("cost").asDouble()).isEqualTo(0.15);
        assertThat(track.at("/metadata/downgraded_from").asText()).isEqualTo("soundtrack");
    }

    @ParameterizedTest
    @CsvSource({"fake-task-failed,502", "fake-slow,504", "fake-private,502"})
    void failsWhenATaskFailsLastsTooLongOrLiesElsewhere(String word, int status) {
        String session = UUID.randomUUID().toString();

        requireAnswer(order("prop", word, ",'session_id':'" + session + "'"), status, "post", GENERATE);

        assertThat(assets.database()
                        .value("select sum(cost) from asset_generation_jobs where session_id = '" + session + "'"))
                .isEqualTo("0.0000");
        resetBreakers();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com/model.glb",
                "file:///etc/passwd",
                "jar:file:/etc/passwd!/",
                "gopher://127.0.0.1/model.glb",
                "https://somebody@127.0.0.1/model.glb",
                "https://127.0.0.1:1/model.glb",
                "https://localhost/model.glb",
                "https://localhost./model.glb",
                "https://2130706433/model.glb",
                "https://0x7f000001/model.glb",
                "https://127.1/model.glb",
                "https://127\u30020\u30020\u30021/model.glb",
                "https://[::1]/model.glb",
                "https://[::ffff:127.0.0.1]/model.glb",
                "https://[64:ff9b::7f00:1]/model.glb",
                "https://[2002:7f00:1::]/model.glb",
                "https://169.254.169.254/latest",
                "not an address"
            })
    void fetchesNothingFromAnAddressThatIsNotPublic(String address) {
        var answer =
                order("prop", "fake-link-" + HexFormat.of().formatHex(address.getBytes(StandardCharsets.UTF_8)), "");

        assertThat(requireAnswer(answer, 502, "post", GENERATE).path("detail").asText())
                .containsAnyOf("the result lies at an address that is not asked", "the result's address is unknown");
    }

    @Test
    void followsNoRedirectToAPrivateAddress() {
        var answer = generated("texture", "fake-redirect", ",'preferences':{'max_cost':0.4}");

        assertThat(answer.at("/storage_info/external_source").asText()).isEqualTo("openai_dalle3");
        assertThat(answer.at("/metadata/texture_fallback").asBoolean()).isTrue();
    }

    @Test
    void goesOnWithATaskThatWasBegunBeforeARestart() {
        generated("prop", "Before the restart", "");
        String id = UUID.randomUUID().toString();
        String task = assets.database()
                .value(
                        "select provider_task_id from asset_generation_jobs where provider = 'meshy' order by created_at desc limit 1");
        assets.database()
                .execute("update asset_generation_jobs set provider_task_id = provider_task_id || '-old'"
                        + " where provider_task_id = '" + task + "'");
        assets.database()
                .execute("insert into asset_generation_jobs (generation_id, user_id, session_id, request_hash,"
                        + " category, request, status, strategy, estimated_cost, provider, provider_task_id, lease_until)"
                        + " select '" + id
                        + "', 'resumed', session_id, request_hash, category, request, 'processing', strategy, 0.1,"
                        + " 'meshy', '" + task
                        + "', now() at time zone 'UTC' - interval '1 second' from asset_generation_jobs"
                        + " where provider_task_id = '" + task + "-old'");
        providers.reset();

        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(assets.database()
                                .value("select status from asset_generation_jobs where generation_id = '" + id + "'"))
                        .isEqualTo("completed"));
        assertThat(providers.requests(MESHY)).isEmpty();
    }

    private static void limit(String source, int perMinute) {
        assets.database()
                .execute("update asset_sources set rate_limit_per_minute = " + perMinute + " where source_name = '"
                        + source + "'");
        assets.database().execute("delete from asset_provider_turns where source_name = '" + source + "'");
    }

    @Test
    void asksNobodyMoreOftenThanItsRowAllows() {
        limit("openai", 1);
        limit("stability", 1);
        try {
            generated("image", "First", "");
            var second = generated("image", "Second", "");
            var third = order("image", "Third", "");

            assertThat(providers.requests(OPENAI)).hasSize(1);
            assertThat(second.at("/storage_info/external_source").asText()).isEqualTo("stability_ai");
            assertThat(requireAnswer(third, 503, "post", GENERATE)
                            .path("error_type")
                            .asText())
                    .isEqualTo("provider_unavailable");
            assertThat(third.headers().firstValue("Retry-After")).isPresent();
        } finally {
            limit("openai", 10000);
            limit("stability", 10000);
        }
    }

    @Test
    void waitsForAProviderThatMayBeAskedSoon() {
        limit("openai", 1);
        try {
            assets.database()
                    .execute("insert into asset_provider_turns values ('openai',"
                            + " now() at time zone 'UTC' - interval '59500 milliseconds')");

            generated("image", "Patient", "");

            assertThat(providers.requests(OPENAI)).hasSize(1);
            assertThat(assets.database()
                            .value("select extract(epoch from max(turn_at) - min(turn_at)) >= 60 or count(*) = 1"
                                    + " from asset_provider_turns where source_name = 'openai'"))
                    .isEqualTo("t");
        } finally {
            limit("openai", 10000);
        }
    }

    @Test
    void leavesAProviderAloneThatFailsAgainAndAgain() {
        for (int i = 0; i < 5; i++) {
            order("prop", "fake-status-500", "");
        }
        providers.reset();

        requireAnswer(order("prop", "A stool", ""), 503, "post", GENERATE);

        assertThat(providers.requests(MESHY)).isEmpty();
        var health = json(assets.get("/api/v1/assets/health").body());
        assertThat(health.at("/providers/meshy").asText()).isEqualTo("unavailable");
        assertThat(health.at("/services/external_apis").asText()).isEqualTo("partial");
        assertThat(open("asset-meshy")).isEqualTo(1);
        assertThat(open("asset-openai")).isZero();
        resetBreakers();
    }

    private static double open(String breaker) {
        return assets.hub()
                .bean(MeterRegistry.class)
                .get("gaia.breaker.open")
                .tag("breaker", breaker)
                .gauge()
                .value();
    }

    @ParameterizedTest
    @CsvSource({"meshy,task_id", "midjourney,job_id", "mubert,task_id"})
    void takesCallBacks(String provider, String answered) throws Exception {
        String path = "/api/v1/assets/webhooks/" + provider;
        String body = "{\"id\":\"task-x\",\"status\":\"done\"}";
        String signature = "sha256=" + hmac("meshy-secret", body);

        var answer = requireAnswer(
                assets.hub().post(path, body, "X-" + provider + "-Signature", signature), 200, "post", path);

        assertThat(answer.path(answered).asText()).isEqualTo("task-x");
    }

    private static String hmac(String secret, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    }
}
