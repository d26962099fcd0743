package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.json;
import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generations with the simulated provider, over HTTP and with a real PostgreSQL. */
class AssetGenerateIT {

    private static final String GENERATE = "/api/v1/assets/generate";
    private static final String REQUEST = "/api/v1/assets/request";

    @TempDir
    static Path folder;

    private static AssetHub assets;

    @BeforeAll
    static void start() {
        assets = AssetHub.start(folder, Map.of("gaia.asset.simulated", "true", "gaia.asset.generations-max", "20"));
    }

    @AfterAll
    static void stop() {
        assets.close();
    }

    private static JsonNode generated(String body, String... headers) {
        return requireAnswer(assets.post(GENERATE, body, headers), 200, "post", GENERATE);
    }

    private static String jobs(String session, String status) {
        return assets.database()
                .value("select count(*) from asset_generation_jobs where session_id = '" + session + "' and status = '"
                        + status + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "image,image/png,openai_dalle3,0.04",
        "texture,image/png,openai_dalle3,0.04",
        "prop,model/gltf-binary,meshy_ai,0.1",
        "audio,audio/wav,mubert,0.15",
        "animation,model/gltf-binary,custom_animation_ai,0.35"
    })
    void makesAMarkedFileOfEveryCategory(String category, String type, String service, double cost) throws Exception {
        var answer = generated("{'category':'%s','style':'realistic','description':'A lamp'}".formatted(category));

        assertThat(answer.path("source").asText()).isEqualTo("generated");
        assertThat(answer.path("cost").asDouble()).isEqualTo(cost);
        assertThat(answer.at("/cost_breakdown/generation_cost").asDouble()).isEqualTo(cost);
        assertThat(answer.at("/storage_info/external_source").asText()).isEqualTo(service);
        assertThat(answer.at("/metadata/simulated").asBoolean()).isTrue();
        var file = assets.file(answer.at("/asset_data/download_url").asText());
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("content-type")).contains(type);
        assertThat(assets.file(answer.at("/asset_data/preview_image_url").asText())
                        .statusCode())
                .isEqualTo(200);
        requireAnswer(
                assets.get("/api/v1/assets/" + answer.path("asset_id").asText()),
                200,
                "get",
                "/api/v1/assets/{asset_id}");
    }

    @Test
    void answersEveryExampleOfTheContract() {
        for (String path : List.of(GENERATE, REQUEST)) {
            AssetContract.requestExamples("post", path)
                    .properties()
                    .forEach(example ->
                            requireAnswer(assets.post(path, example.getValue().toString()), 200, "post", path));
        }
    }

    @Test
    void booksOneChargeForOneResult() {
        String session = UUID.randomUUID().toString();
        var answer = assets.post(
                GENERATE,
                "{'category':'image','style':'vintage','description':'A ship','session_id':'" + session + "'}");
        String generation = answer.headers().firstValue("X-Generation-Id").orElseThrow();

        var state = requireAnswer(
                assets.get("/api/v1/assets/generations/" + generation),
                200,
                "get",
                "/api/v1/assets/generations/{generation_id}");
        assertThat(state.path("status").asText()).isEqualTo("completed");
        assertThat(state.at("/result/asset_id")).isEqualTo(json(answer.body()).path("asset_id"));
        assertThat(assets.database()
                        .value("select total_cost from api_usage_costs where request_id = '" + generation + "'"))
                .isEqualTo("0.0400");
        assertThat(assets.database()
                        .value("select generation_service from asset_generations where generation_id = '" + generation
                                + "'"))
                .isEqualTo("openai_dalle3");
        assertThat(assets.getAsOther("/api/v1/assets/generations/" + generation).statusCode())
                .isEqualTo(404);
    }

    @Test
    void answersAtOnceWhenAskedTo() {
        var accepted = assets.post(
                GENERATE, "{'category':'image','style':'x','description':'Async'}", "Prefer", "respond-async");

        var state = requireAnswer(accepted, 202, "post", GENERATE);
        String location = accepted.headers().firstValue("Location").orElseThrow();
        assertThat(accepted.headers().firstValue("Preference-Applied")).contains("respond-async");
        assertThat(location).endsWith(state.path("generation_id").asText());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> "completed"
                        .equals(json(assets.get(location).body()).path("status").asText()));
    }

    @Test
    void answersTheSameKeyWithTheSameOutcome() throws Exception {
        String body = "{'category':'image','style':'x','description':'Keyed'}";
        String key = UUID.randomUUID().toString();

        var first = generated(body, "Idempotency-Key", key);
        var again = generated(body, "Idempotency-Key", key);
        var other = assets.post(GENERATE, body.replace("Keyed", "Another"), "Idempotency-Key", key);

        assertThat(again.path("asset_id")).isEqualTo(first.path("asset_id"));
        requireAnswer(other, 422, "post", GENERATE);
        String parallel = UUID.randomUUID().toString();
        var answers = atOnce(20, () -> assets.post(GENERATE, body, "Idempotency-Key", parallel));
        assertThat(answers).allMatch(answer -> answer.statusCode() == 200 || answer.statusCode() == 202);
        assertThat(assets.database()
                        .value("select count(*) from asset_generation_jobs where idempotency_key = '" + parallel + "'"))
                .isEqualTo("1");
    }

    @Test
    void keepsTheBudgetOfASessionUnderAHundredRequestsAtOnce() throws Exception {
        String session = UUID.randomUUID().toString();
        String body = "{'category':'prop','style':'x','description':'Parallel','session_id':'" + session + "'}";

        var answers = atOnce(100, () -> assets.post(GENERATE, body));

        // 0.50 allows five results of 0.10.
        assertThat(answers.stream().filter(answer -> answer.statusCode() == 200))
                .hasSize(5);
        var refused =
                answers.stream().filter(answer -> answer.statusCode() == 429).toList();
        assertThat(refused).hasSize(95);
        assertThat(refused.getFirst().body()).contains("budget_exceeded");
        assertThat(refused.getFirst().headers().firstValue("Retry-After")).isPresent();
        assertThat(assets.database()
                        .value("select sum(cost) from asset_generation_jobs where session_id = '" + session + "'"))
                .isEqualTo("0.5000");
    }

    @ParameterizedTest
    @CsvSource({"fail,502,provider_error", "timeout,504,provider_timeout", "refuse,422,content_rejected"})
    void failsAsProvidersFailAndChargesNothing(String word, int status, String type) throws Exception {
        String session = UUID.randomUUID().toString();

        var answer = assets.post(
                GENERATE,
                "{'category':'image','style':'x','description':'simulate:%s','session_id':'%s'}"
                        .formatted(word, session));

        var error = requireAnswer(answer, status, "post", GENERATE);
        assertThat(error.path("error_type").asText()).isEqualTo(type);
        assertThat(error.path("detail").asText()).contains("Asset request failed: ");
        assertThat(jobs(session, "failed")).isEqualTo("1");
        assertThat(assets.database()
                        .value("select sum(cost) from asset_generation_jobs where session_id = '" + session + "'"))
                .isEqualTo("0.0000");
    }

    @Test
    void refusesWhatCostsMoreThanAllowed() {
        var answer = assets.post(
                GENERATE, "{'category':'prop','style':'x','description':'y','preferences':{'max_cost':0.05}}");

        assertThat(requireAnswer(answer, 402, "post", GENERATE).path("detail").asText())
                .isEqualTo("Service error: {\"detail\":\"Estimated cost 0.1000 exceeds limit 0.0500\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}",
                "{'category':'video','style':'x','description':'y'}",
                "{'type':'video','prompt':'y'}",
                "{'category':'image','description':'y'}",
                "{'category':'image','style':'  ','description':'y'}",
                "{'category':'image','style':'x','description':'y','requirements':{'quality':'best'}}",
                "{'category':'image','style':'x','description':'y','preferences':{'max_cost':-1}}"
            })
    void refusesRequestsThatAreNone(String body) {
        requireAnswer(assets.post(GENERATE, body), 422, "post", GENERATE);
    }

    @Test
    void reusesAStoredAssetThatIsGoodEnough() {
        var made = generated("{'category':'texture','style':'realistic','description':'Mossy granite wall'}");

        var found = requireAnswer(
                assets.post(REQUEST, "{'category':'texture','style':'realistic','description':'granite mossy wall'}"),
                200,
                "post",
                REQUEST);

        assertThat(found.path("source").asText()).isEqualTo("database");
        assertThat(found.path("asset_id")).isEqualTo(made.path("asset_id"));
        assertThat(found.path("cost").asDouble()).isEqualTo(0.0001);
        assertThat(found.at("/metadata/strategy").asText()).isEqualTo("database");
    }

    @ParameterizedTest
    @CsvSource({"texture,image/png", "character,model/gltf-binary"})
    void adaptsAStoredAssetThatIsNotGoodEnough(String category, String type) throws Exception {
        var made = generated(
                "{'category':'%s','style':'realistic','description':'Adapted %s'}".formatted(category, category));
        assets.database()
                .execute("update assets set quality_score = 0.7 where id = '"
                        + made.path("asset_id").asText() + "'");

        var adapted = requireAnswer(
                assets.post(
                        REQUEST,
                        "{'category':'%s','style':'vintage','description':'adapted %s'}".formatted(category, category)),
                200,
                "post",
                REQUEST);

        assertThat(adapted.path("source").asText()).isEqualTo("hybrid");
        assertThat(adapted.at("/metadata/simulated").asBoolean()).isTrue();
        assertThat(adapted.at("/metadata/base_asset")).isEqualTo(made.path("asset_id"));
        var file = assets.file(adapted.at("/asset_data/download_url").asText());
        assertThat(file.headers().firstValue("content-type")).contains(type);
    }

    @Test
    void reusesTheStyledOneAndTheBestAmongMoreEqualsThanItLooksAt() {
        String stored = "insert into assets (id, category, title, file_url, storage_type, storage_path, quality_score,"
                + " style_tags, created_at) select %s, 'prop', '%s', 'generated/x/x.png', 'supabase',"
                + " 'generated/x/x.png', %s, '{%s}', now() + interval '%s' from generate_series(1, %s)";
        String styled = UUID.randomUUID().toString();
        String best = UUID.randomUUID().toString();
        assets.database().execute(stored.formatted("gen_random_uuid()", "Linen curtain", 0.85, "", "1 hour", 120));
        assets.database().execute(stored.formatted("'" + styled + "'", "Linen curtain", 0.85, "Vintage", "0 hours", 1));
        String order = "{'category':'prop','style':'vintage','description':'linen curtain','preferences':"
                + "{'allow_external':false}}";
        try {
            var first = requireAnswer(assets.post(REQUEST, order), 200, "post", REQUEST);
            assets.database()
                    .execute(stored.formatted(
                            "'" + best + "'", "A curtain, long and heavy, of linen", 0.95, "", "0 hours", 1));
            var second = requireAnswer(assets.post(REQUEST, order), 200, "post", REQUEST);

            assertThat(first.path("asset_id").asText()).isEqualTo(styled);
            assertThat(second.path("asset_id").asText()).isEqualTo(best);
        } finally {
            assets.database().execute("update assets set deleted_at = now() where title ilike '%linen%'");
        }
    }

    @Test
    void findsNothingWhenNothingIsStoredAndNothingMayBeMade() {
        var answer = assets.post(
                REQUEST,
                "{'category':'character','style':'x','description':'zzyzx','preferences':{'allow_generation':false}}");

        assertThat(requireAnswer(answer, 404, "post", REQUEST).path("detail").asText())
                .contains("No matching asset found");
    }

    @Test
    void leavesNoFileOfFailedGenerations() throws Exception {
        long before = files();
        assets.post(GENERATE, "{'category':'image','style':'x','description':'simulate:fail'}");

        assertThat(files()).isEqualTo(before);
    }

    private static long files() throws Exception {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private static List<HttpResponse<String>> atOnce(int count, Callable<HttpResponse<String>> call) throws Exception {
        List<HttpResponse<String>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                running.add(threads.submit(call));
            }
            for (var each : running) {
                answers.add(each.get());
            }
        }
        return answers;
    }
}
