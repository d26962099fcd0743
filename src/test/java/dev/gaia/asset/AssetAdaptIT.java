package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.fake.asset.FakeAssetProvider;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stored assets that are adapted to a request, by providers that speak their real wire formats. */
class AssetAdaptIT {

    private static final String REQUEST = "/api/v1/assets/request";
    private static final String EDITS = "/openai/v1/images/edits";
    private static final String IMAGES = "/openai/v1/images/generations";
    private static final String REMESH = "/meshy/openapi/v1/remesh";
    private static final String RETEXTURE = "/meshy/openapi/v1/retexture";

    @TempDir
    static Path folder;

    private static FakeAssetProvider providers;
    private static AssetHub assets;

    @BeforeAll
    static void start() {
        providers = FakeAssetProvider.start();
        var settings = providers.settings("openai", "stability", "meshy", "mubert");
        settings.putAll(Map.of(
                "gaia.asset.retry-pause", "1ms",
                "gaia.asset.meshy-interval-ms", "20",
                "gaia.asset.mubert-interval-ms", "20",
                "gaia.asset.uploads-per-minute-max", "1000"));
        assets = AssetHub.start(folder, settings);
    }

    @AfterAll
    static void stop() {
        assets.close();
        providers.close();
    }

    @BeforeEach
    void forget() {
        assets.database().execute("update assets set deleted_at = now()");
        for (String name : List.of("asset-openai", "asset-stability", "asset-meshy")) {
            assets.hub().spring().getBean(name, CircuitBreaker.class).reset();
        }
        providers.reset();
    }

    /** A stored asset that is good enough to be adapted, and not to be used as it is. */
    private static String base(String category, String description) {
        var made = requireAnswer(
                assets.post(
                        "/api/v1/assets/generate",
                        "{'category':'%s','style':'realistic','description':'%s'}".formatted(category, description)),
                200,
                "post",
                "/api/v1/assets/generate");
        String id = made.path("asset_id").asText();
        change(id, "quality_score = 0.7");
        providers.reset();
        return id;
    }

    private static void change(String id, String values) {
        assets.database().execute("update assets set " + values + " where id = '" + id + "'");
    }

    private static String value(String sql, String... values) {
        return assets.database().value(sql.formatted((Object[]) values));
    }

    private static String order(String category, String style, String description, String more) {
        return "{'category':'%s','style':'%s','description':'%s'%s}".formatted(category, style, description, more);
    }

    private static JsonNode requested(String body) {
        return requireAnswer(assets.post(REQUEST, body), 200, "post", REQUEST);
    }

    @Test
    void hasAStoredPictureAdapted() {
        String base = base("image", "A brass lantern");

        var sent = assets.post(REQUEST, order("image", "cartoon", "brass lantern", ""));

        var answer = requireAnswer(sent, 200, "post", REQUEST);
        assertThat(answer.path("source").asText()).isEqualTo("hybrid");
        assertThat(answer.path("asset_id").asText()).isNotEqualTo(base);
        assertThat(answer.path("cost").asDouble()).isEqualTo(0.0501);
        assertThat(answer.at("/cost_breakdown/modification_cost").asDouble()).isEqualTo(0.05);
        assertThat(answer.at("/cost_breakdown/generation_cost").asDouble()).isZero();
        assertThat(answer.at("/metadata/base_asset").asText()).isEqualTo(base);
        assertThat(answer.at("/metadata/modifications/0").asText()).isEqualTo("Apply the style cartoon");
        assertThat(answer.at("/metadata/original_style/0").asText()).isEqualTo("realistic");
        assertThat(answer.at("/metadata/requested_style").asText()).isEqualTo("cartoon");
        assertThat(answer.at("/asset_data/quality_score").asDouble()).isEqualTo(0.77);
        assertThat(answer.at("/asset_data/license_type").asText()).isEqualTo("proprietary");
        var edit = providers.requests(EDITS).getFirst();
        assertThat(edit.headers().get("content-type")).startsWith("multipart/form-data; boundary=");
        assertThat(edit.text())
                .contains("name=\"image\"; filename=\"base.png\"\r\nContent-Type: image/png\r\n\r\n")
                .contains("PNG")
                .contains("name=\"model\"\r\n\r\ngpt-image-2.6-flare\r\n")
                .contains("brass lantern, cartoon");
        assertThat(providers.requests(IMAGES)).isEmpty();
        String id = answer.path("asset_id").asText();
        String generation = sent.headers().firstValue("X-Generation-Id").orElseThrow();
        assertThat(value(
                        "select base_asset_id || ' ' || modification_service || ' ' || modification_cost || ' '"
                                + " || modifications[1] || ' ' || (user_id is not null) from asset_modifications"
                                + " where modified_asset_id = '%s'",
                        id))
                .isEqualTo(base + " openai_dalle3 0.0500 Apply the style cartoon true");
        assertThat(value(
                        "select operation || ' ' || provider_key || ' ' || total_cost || ' ' || images"
                                + " from api_usage_costs where request_id = '%s'",
                        generation))
                .isEqualTo("modification dalle 0.0500 1");
        assertThat(value(
                        "select strategy || ' ' || cost from asset_generation_jobs where generation_id = '%s'",
                        generation))
                .isEqualTo("hybrid 0.0500");
    }

    @Test
    void asksStabilityWhenOpenAiFails() {
        base("image", "A tin kettle fake-broken");

        var answer = requested(order("image", "vintage", "A tin kettle fake-broken", ""));

        assertThat(answer.path("source").asText()).isEqualTo("hybrid");
        assertThat(answer.at("/storage_info/external_source").asText()).isEqualTo("stability_ai");
        assertThat(providers
                        .requests("/stability/v2beta/stable-image/generate/sd3")
                        .getFirst()
                        .text())
                .contains("name=\"mode\"\r\n\r\nimage-to-image\r\n")
                .contains("name=\"strength\"")
                .contains("filename=\"base.png\"");
    }

    @Test
    void hasAModelReducedAndThenGivenANewSurface() {
        String base = base("prop", "An oak barrel");
        change(base, "metadata = metadata || '{\"polygon_count\": 90000}'");

        var answer = requested(
                order("prop", "low_poly", "oak barrel", ",'requirements':{'platform':'vr','polygon_count_max':2000}"));

        assertThat(answer.path("source").asText()).isEqualTo("hybrid");
        assertThat(answer.at("/cost_breakdown/modification_cost").asDouble()).isEqualTo(0.1);
        assertThat(answer.at("/metadata/modifications"))
                .extracting(JsonNode::asText)
                .containsExactly("Apply the style low_poly", "Reduce to 2000 polygons");
        var reduced = providers.requests(REMESH).getFirst().body();
        var file = "glTF\2\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(reduced.path("model_url").asText())
                .isEqualTo("data:application/octet-stream;base64,"
                        + Base64.getEncoder().encodeToString(file));
        assertThat(reduced.path("target_polycount").asInt()).isEqualTo(2000);
        var surface = providers.requests(RETEXTURE).getFirst().body();
        assertThat(surface.path("input_task_id").asText()).startsWith("task-");
        assertThat(surface.has("model_url")).isFalse();
        assertThat(surface.path("text_style_prompt").asText()).startsWith("oak barrel, low poly");
    }

    @Test
    void goesOnWithATaskThatWasBegunBeforeARestart() {
        base("prop", "A pine crate");
        requested(order("prop", "cartoon", "pine crate", ""));
        String task = value("select provider_task_id from asset_generation_jobs where strategy = 'hybrid'"
                + " and provider = 'meshy' order by created_at desc limit 1");
        String id = UUID.randomUUID().toString();
        assets.database()
                .execute("update asset_generation_jobs set provider_task_id = provider_task_id || '-old'"
                        + " where provider_task_id = '" + task + "'");
        assets.database()
                .execute("insert into asset_generation_jobs (generation_id, user_id, session_id, request_hash,"
                        + " category, request, status, strategy, estimated_cost, provider, provider_task_id, lease_until)"
                        + " select '" + id + "', 'resumed', session_id, request_hash, category, request, 'processing',"
                        + " strategy, 0.05, 'meshy', '" + task + "', now() at time zone 'UTC' - interval '1 second'"
                        + " from asset_generation_jobs where provider_task_id = '" + task + "-old'");
        providers.reset();

        await().untilAsserted(() -> assertThat(
                        value("select status from asset_generation_jobs where generation_id = '%s'", id))
                .isEqualTo("completed"));
        assertThat(providers.requests(RETEXTURE)).isEmpty();
        assertThat(value("select count(*) from asset_modifications where user_id = 'resumed'"))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fake-no-edit", "fake-bad-edit"})
    void makesItFromScratchWhenNobodyAdaptsIt(String word) {
        base("image", "A clay pot " + word);
        String session = UUID.randomUUID().toString();

        var answer = requested(order(
                "image",
                "vintage",
                "A clay pot " + word,
                ",'session_id':'" + session + "','requirements':{'platform':'vr','quality':'high'}"));

        assertThat(answer.path("source").asText()).isEqualTo("generated");
        assertThat(answer.path("cost").asDouble()).isEqualTo(0.0801);
        assertThat(answer.at("/cost_breakdown/modification_cost").asDouble()).isZero();
        assertThat(answer.at("/metadata/base_asset").isMissingNode()).isTrue();
        assertThat(providers.requests(IMAGES)).hasSize(1);
        assertThat(value(
                        "select strategy || ' ' || estimated_cost || ' ' || cost from asset_generation_jobs"
                                + " where session_id = '%s'",
                        session))
                .isEqualTo("generation 0.0800 0.0800");
        assertThat(value("select count(*) from asset_modifications where session_id = '%s'", session))
                .isEqualTo("0");
    }

    @Test
    void makesNothingFromScratchThatTheBudgetOrTheCallerDoesNotAllow() {
        base("image", "A glass jar fake-no-edit");
        String session = UUID.randomUUID().toString();
        String more = ",'session_id':'" + session + "','requirements':{'platform':'vr','quality':'high'}";
        for (int i = 0; i < 5; i++) {
            assets.post("/api/v1/assets/generate", order("image", "x", "A filler", more));
        }
        // 0.40 of 0.50 are spent, and 0.05 more: an adaptation is affordable, the picture of 0.08 is not.
        assets.database().execute("update asset_generation_jobs set cost = 0.09 where session_id = '" + session + "'");
        providers.reset();

        var poor = assets.post(REQUEST, order("image", "vintage", "A glass jar fake-no-edit", more));
        var forbidden = assets.post(
                REQUEST,
                order("image", "vintage", "A glass jar fake-no-edit", ",'preferences':{'allow_generation':false}"));

        assertThat(requireAnswer(poor, 502, "post", REQUEST).path("error_type").asText())
                .isEqualTo("provider_error");
        requireAnswer(forbidden, 502, "post", REQUEST);
        assertThat(providers.requests(IMAGES)).isEmpty();
        assertThat(value(
                        "select sum(cost) from asset_generation_jobs where session_id = '%s' and status = 'failed'",
                        session))
                .isEqualTo("0.0000");
    }

    @Test
    void endsWhereAProviderRefusesTheContent() {
        base("image", "A wax seal");
        // The base is found by its words; the refusal comes from the style.
        var answer = assets.post(REQUEST, order("image", "fake-moderated", "A wax seal", ""));

        assertThat(requireAnswer(answer, 422, "post", REQUEST)
                        .path("error_type")
                        .asText())
                .isEqualTo("content_rejected");
        assertThat(providers.requests(IMAGES)).isEmpty();
    }

    @Test
    void makesItFromScratchWhenTheBaseIsGoneBeforeItsTurn() {
        String base = base("image", "A wool scarf");
        change(base, "storage_path = 'generated/image/no-such-file.png'");

        var answer = requested(order("image", "vintage", "wool scarf", ""));

        assertThat(answer.path("source").asText()).isEqualTo("generated");
        assertThat(providers.requests(EDITS)).isEmpty();
    }

    @Test
    void keepsLicenceAndCreditOfTheBaseInEveryAnswer() {
        String base = base("image", "A stone bridge");
        change(
                base,
                "license_type = 'creative_commons', attribution_required = true,"
                        + " attribution_text = 'Bridge by Ann (CC BY)', metadata = metadata"
                        + " || '{\"attribution\": {\"author\": \"Ann\", \"licence_name\": \"CC BY\"}}'");

        var answer = requested(order("image", "vintage", "stone bridge", ""));

        assertThat(answer.at("/asset_data/license_type").asText()).isEqualTo("creative_commons");
        assertThat(answer.at("/asset_data/attribution_required").asBoolean()).isTrue();
        assertThat(answer.at("/asset_data/attribution_text").asText()).isEqualTo("Bridge by Ann (CC BY)");
        assertThat(answer.at("/attribution/author").asText()).isEqualTo("Ann");
        String id = answer.path("asset_id").asText();
        change(base, "deleted_at = now()");
        var detail = requireAnswer(assets.get("/api/v1/assets/" + id), 200, "get", "/api/v1/assets/{asset_id}");
        var list = requireAnswer(assets.get("/api/v1/assets?category=image"), 200, "get", "/api/v1/assets");
        var search = requireAnswer(
                assets.get("/api/v1/assets/search?query=stone+bridge"), 200, "get", "/api/v1/assets/search");
        for (var told : List.of(detail, list.at("/assets/0"), search.at("/assets/0"))) {
            assertThat(told.path("id").asText()).isEqualTo(id);
            assertThat(told.path("license_type").asText()).isEqualTo("creative_commons");
            assertThat(told.path("attribution_required").asBoolean()).isTrue();
            assertThat(told.at("/attribution/author").asText()).isEqualTo("Ann");
        }
    }

    @ParameterizedTest
    @CsvSource({"public_domain,proprietary", "commercial,proprietary", "custom,custom"})
    void givesTheLicenceThatTheBaseAllows(String licence, String given) {
        change(base("image", "A " + licence + " flag"), "license_type = '" + licence + "'");

        var answer = requested(order("image", "vintage", licence + " flag", ""));

        assertThat(answer.path("source").asText()).isEqualTo("hybrid");
        assertThat(answer.at("/asset_data/license_type").asText()).isEqualTo(given);
    }

    @Test
    void adaptsNothingWhoseLicenceForbidsIt() {
        change(
                base("image", "A paper kite"),
                "license_type = 'creative_commons', attribution_text = 'Kite by Ben (CC BY-ND)'");

        var answer = requested(order("image", "vintage", "paper kite", ""));

        assertThat(answer.path("source").asText()).isEqualTo("generated");
    }

    @Test
    void adaptsAPrivateAssetForItsOwnerOnlyAndKeepsItPrivate() {
        String base = base("image", "A secret door");
        change(base, "visibility = 'private', created_by = 'somebody else'");
        var stranger = requested(order("image", "vintage", "secret door", ""));
        assets.database().execute("update assets set deleted_at = now() where id <> '" + base + "'");
        change(
                base,
                "created_by = (select created_by from assets where id = '"
                        + stranger.path("asset_id").asText() + "')");

        var owner = requested(order("image", "cartoon", "secret door", ""));

        assertThat(stranger.path("source").asText()).isEqualTo("generated");
        assertThat(owner.path("source").asText()).isEqualTo("hybrid");
        assertThat(assets.getAsOther("/api/v1/assets/" + owner.path("asset_id").asText())
                        .statusCode())
                .isEqualTo(404);
        assertThat(owner.at("/asset_data/download_url").asText()).contains("signature");
    }

    @ParameterizedTest
    @CsvSource({"'allow_modifications':false", "'max_cost':0.045"})
    void adaptsNothingWhenThatIsNotWantedOrCostsTooMuch(String preference) {
        base("image", "A rope ladder");

        var answer = requested(order("image", "vintage", "rope ladder", ",'preferences':{" + preference + "}"));

        assertThat(answer.path("source").asText()).isEqualTo("generated");
    }

    @Test
    void refusesAnAdaptationThatCostsMoreThanAllowed() {
        base("image", "A silver coin");

        var answer = assets.post(
                REQUEST,
                order("image", "vintage", "silver coin", ",'preferences':{'allow_generation':false,'max_cost':0.01}"));

        assertThat(requireAnswer(answer, 402, "post", REQUEST).path("detail").asText())
                .contains("Estimated cost 0.0500 exceeds limit 0.0100");
    }

    @Test
    void adaptsNoSound() {
        base("audio", "Rain on leaves");

        var answer =
                requested(order("audio", "ambient-calm", "rain on leaves", ",'preferences':{'allow_external':false}"));

        assertThat(answer.path("source").asText()).isEqualTo("generated");
    }
}
