package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.json;
import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.fake.asset.FakeAssetProvider;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
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

/** Call-backs of providers in production, where a task is asked for only when somebody calls back. */
class AssetWebhookIT {

    private static final String PATH = "/api/v1/assets/webhooks/";
    private static final String GENERATE = "/api/v1/assets/generate";
    private static final String TASKS = "/meshy/openapi/v2/text-to-3d";

    @TempDir
    static Path folder;

    private static FakeAssetProvider providers;
    private static AssetHub assets;

    @BeforeAll
    static void start() {
        providers = FakeAssetProvider.start();
        var settings = providers.settings("meshy", "mubert", "midjourney");
        settings.putAll(Map.of(
                "gaia.environment", "production",
                "gaia.asset.meshy-interval-ms", "600000",
                "gaia.asset.generations-max", "50",
                "gaia.asset.job-lease", "2s",
                "gaia.asset.webhook.meshy-secret", "secret-of-meshy",
                "gaia.asset.webhook.midjourney-secret", "secret-of-midjourney"));
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

    private static HttpResponse<String> call(String provider, String body, String type, String signature) {
        var request = assets.hub().request(PATH + provider).POST(HttpRequest.BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        if (!signature.isEmpty()) {
            request.header("X-" + provider + "-Signature", signature);
        }
        return assets.hub().send(request.build());
    }

    private static HttpResponse<String> signed(String provider, String body) {
        return call(provider, body, "application/json", signature(provider, body));
    }

    private static String signature(String provider, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(("secret-of-" + provider).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String detail(HttpResponse<String> answer) {
        return json(answer.body()).path("detail").asText();
    }

    private static String news(String task, String status) {
        return "{\"task_id\":\"%s\",\"status\":\"%s\",\"result\":{\"model_urls\":{\"glb\":\"https://evil.test/a.glb\"}}}"
                .formatted(task, status);
    }

    /** Begins a generation whose task nobody asks for; its id. */
    private static String begin(String description) {
        var accepted = assets.post(
                GENERATE,
                "{'category':'prop','style':'x','description':'%s'}".formatted(description),
                "Prefer",
                "respond-async");
        String generation = json(accepted.body()).path("generation_id").asText();
        await().until(() -> !"null".equals(row(generation, "provider_task_id")));
        return generation;
    }

    private static String row(String generation, String column) {
        return assets.database()
                .value("select " + column + " from asset_generation_jobs where generation_id = '" + generation + "'");
    }

    private static int questions(String task) {
        return providers.requests(TASKS + "/" + task).size();
    }

    @Test
    void asksTheProviderAtOnceAndBelievesItAlone() {
        String generation = begin("Told");
        String task = row(generation, "provider_task_id");

        // The call says failed, the provider says that it runs, and at the third question that it is done.
        await().until(() -> {
            requireAnswer(signed("meshy", news(task, "FAILED")), 200, "post", PATH + "meshy");
            return "completed".equals(row(generation, "status"));
        });

        assertThat(questions(task)).isEqualTo(3);
        assertThat(row(generation, "cost")).isEqualTo("0.1000");
    }

    @Test
    void changesNothingWhenTheSameNewsComesAgain() {
        String generation = begin("Told again");
        String task = row(generation, "provider_task_id");
        await().until(() -> {
            signed("meshy", news(task, "SUCCEEDED"));
            return "completed".equals(row(generation, "status"));
        });
        String before = row(generation, "asset_generation_jobs::text");

        for (String status : new String[] {"SUCCEEDED", "FAILED"}) {
            requireAnswer(signed("meshy", news(task, status)), 200, "post", PATH + "meshy");
        }

        assertThat(row(generation, "asset_generation_jobs::text")).isEqualTo(before);
        assertThat(questions(task)).isEqualTo(3);
    }

    @Test
    void asksAgainForNewsThatComesWhileItAsks() {
        String generation = begin("fake-stall-state-asking");
        String task = row(generation, "provider_task_id");
        signed("meshy", news(task, "IN_PROGRESS"));
        await().until(() -> providers.stalls("asking"));

        signed("meshy", news(task, "SUCCEEDED"));
        providers.release("asking");

        await().until(() -> questions(task) == 2);
    }

    @Test
    void failsAGenerationThatIsDoneWithoutAFile() {
        String generation = begin("fake-no-file");
        String task = row(generation, "provider_task_id");

        await().until(() -> {
            signed("meshy", news(task, "SUCCEEDED"));
            return "failed".equals(row(generation, "status"));
        });

        assertThat(row(generation, "error_type || ' ' || cost")).isEqualTo("provider_error 0.0000");
    }

    @Test
    void takesNewsOfTasksThatNobodyKnows() {
        assertThat(requireAnswer(signed("meshy", "{\"id\":\"unknown\"}"), 200, "post", PATH + "meshy")
                        .path("task_id")
                        .asText())
                .isEqualTo("unknown");
        assertThat(requireAnswer(signed("midjourney", "{\"id\":\"unknown\"}"), 200, "post", PATH + "midjourney")
                        .path("job_id")
                        .asText())
                .isEqualTo("unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "other body", "other secret", "upper case", "no prefix", "twice as long"})
    void refusesWhatIsNotSignedAndDoesNothing(String wrong) {
        String generation = begin("Kept");
        String task = row(generation, "provider_task_id");
        String body = news(task, "SUCCEEDED");
        String right = signature("meshy", body);
        String given = switch (wrong) {
            case "none" -> "";
            case "other body" -> signature("meshy", body + " ");
            case "other secret" -> signature("midjourney", body);
            case "upper case" -> "sha256=" + right.substring(7).toUpperCase(Locale.ROOT);
            case "no prefix" -> right.substring(7);
            default -> right + right.substring(7);
        };

        var answer = call("meshy", body, "application/json", given);

        assertThat(requireAnswer(answer, 401, "post", PATH + "meshy")
                        .path("detail")
                        .asText())
                .contains("Invalid signature");
        assertThat(questions(task)).isZero();
    }

    @Test
    void looksAtTheSignatureBeforeTheBodyAndAtTheSizeBeforeBoth() {
        String large = "{\"id\":\"" + "x".repeat(1 << 20) + "\"}";

        assertThat(call("meshy", "{", "application/json", "sha256=00").statusCode())
                .isEqualTo(401);
        assertThat(call("meshy", large, "application/json", "sha256=00").statusCode())
                .isEqualTo(413);
        assertThat(signed("meshy", large).statusCode()).isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "meshy|{|Invalid JSON payload",
                "meshy|[]|Invalid JSON payload",
                "midjourney|text|Invalid JSON payload",
                "meshy|{}|Missing task_id",
                "meshy|{\"id\":\" \"}|Missing task_id",
                "midjourney|{\"task_id\":\"x\"}|Missing job id"
            })
    void refusesWhatSaysNothing(String provider, String body, String message) {
        var answer = signed(provider, body);

        assertThat(requireAnswer(answer, 400, "post", PATH + provider)
                        .path("detail")
                        .asText())
                .contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"})
    void refusesOtherTypesOfContent(String type) {
        String body = "{\"id\":\"task-x\"}";

        var answer = call("meshy", body, type, signature("meshy", body));

        assertThat(answer.statusCode()).isBetween(400, 415);
        assertThat(call("meshy", body, "application/json; charset=utf-8", signature("meshy", body))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void takesNothingUnsignedInProduction() {
        var answer = call("mubert", "{\"id\":\"task-x\"}", "application/json", "");

        requireAnswer(answer, 503, "post", PATH + "mubert");
        assertThat(detail(answer)).doesNotContain("secret-of");
    }
}
