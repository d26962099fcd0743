package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.asset.FakeAssetProvider;
import dev.gaia.work.WorkComponent;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Call-backs of a provider that reach another process than the one that waits for the task. Both share broker and
 * database; a task is asked for only when somebody calls back.
 */
class AssetNewsIT {

    private static final String KEY = AssetHub.KEY;
    private static final String SECRET = "secret-of-meshy";
    private static final String TASKS = "/meshy/openapi/v2/text-to-3d";

    @TempDir
    static Path folder;

    private static AssetReplicas replicas;
    private static TestDatabase database;
    private static FakeAssetProvider providers;
    private static List<Hub> hubs;

    @BeforeAll
    static void start() throws IOException {
        replicas = AssetReplicas.start(
                folder,
                Map.of("gaia.asset.meshy-interval-ms", "600000", "gaia.asset.webhook.meshy-secret", SECRET),
                "meshy");
        database = replicas.database();
        providers = replicas.providers();
        hubs = replicas.hubs();
    }

    @AfterAll
    static void stop() {
        if (replicas != null) {
            replicas.close();
        }
    }

    @BeforeEach
    void forget() {
        providers.reset();
    }

    /** What is left of a test would be what the next one takes for its own. */
    @AfterEach
    void finish() {
        for (String task :
                database.column("select provider_task_id from asset_generation_jobs where status = 'processing'")) {
            await().until(() -> {
                hubs.forEach(hub -> call(hub, task, signature(news(task))));
                return "0"
                        .equals(database.value("select count(*) from asset_generation_jobs where status = 'processing'"
                                + " and provider_task_id = '" + task + "'"));
            });
        }
    }

    /** A generation whose task was given, the process that waits for it, and the one that does not. */
    private record Waiting(String generation, String task, Hub holder, Hub other) {

        String status() {
            return row(generation, "status");
        }

        int questions() {
            return providers.requests(TASKS + "/" + task).size();
        }
    }

    private static Waiting begin(String description) {
        await().until(() ->
                hubs.stream().allMatch(hub -> hub.bean(WorkComponent.class).running() == 0));
        var accepted = hubs.getFirst()
                .post(
                        "/api/v1/assets/generate",
                        "{\"category\":\"prop\",\"style\":\"x\",\"description\":\"" + description + "\"}",
                        "X-API-Key",
                        KEY,
                        "Prefer",
                        "respond-async");
        String generation = json(accepted.body()).path("generation_id").asText();
        await().until(() -> !"null".equals(row(generation, "provider_task_id")));
        await().until(() -> hubs.stream()
                        .mapToInt(hub -> hub.bean(WorkComponent.class).running())
                        .sum()
                == 1);
        boolean first = hubs.getFirst().bean(WorkComponent.class).running() == 1;
        return new Waiting(
                generation, row(generation, "provider_task_id"), hubs.get(first ? 0 : 1), hubs.get(first ? 1 : 0));
    }

    private static String row(String generation, String column) {
        return database.value(
                "select " + column + " from asset_generation_jobs where generation_id = '" + generation + "'");
    }

    private static String news(String task) {
        return "{\"id\":\"" + task + "\",\"status\":\"SUCCEEDED\"}";
    }

    private static HttpResponse<String> call(Hub hub, String task, String signature) {
        return hub.post("/api/v1/assets/webhooks/meshy", news(task), "X-Meshy-Signature", signature);
    }

    private static String signature(String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void wakesTheProcessThatWaits() {
        var waiting = begin("Told elsewhere");
        String right = signature(news(waiting.task()));

        // The provider says at the third question that the task is done.
        await().until(() -> {
            assertThat(call(waiting.other(), waiting.task(), right).statusCode())
                    .isEqualTo(200);
            return "completed".equals(waiting.status());
        });
        String before = row(waiting.generation(), "asset_generation_jobs::text");
        hubs.forEach(hub -> assertThat(call(hub, waiting.task(), right).statusCode())
                .as("the same news again")
                .isEqualTo(200));

        assertThat(waiting.questions()).isEqualTo(3);
        assertThat(row(waiting.generation(), "asset_generation_jobs::text")).isEqualTo(before);
        assertThat(database.value(
                        "select count(*) from api_usage_costs where request_id = '" + waiting.generation() + "'"))
                .isEqualTo("1");
    }

    @Test
    void wakesNobodyForWhatIsNotSigned() {
        var waiting = begin("Not told");

        var forged = call(waiting.other(), waiting.task(), signature(news("another")));
        var unsigned = waiting.other().post("/api/v1/assets/webhooks/meshy", news(waiting.task()));
        call(waiting.other(), waiting.task(), signature(news(waiting.task())));
        await().until(() -> waiting.questions() > 0);

        assertThat(List.of(forged.statusCode(), unsigned.statusCode())).containsOnly(401);
        assertThat(waiting.questions()).as("one question for one call").isEqualTo(1);
        assertThat(waiting.status()).isEqualTo("processing");
    }

    @Test
    void takesNewsWithoutABrokerAndAfterItsReturn() throws Exception {
        var waiting = begin("Told without a broker");
        String right = signature(news(waiting.task()));
        replicas.nats().kill();
        await().until(() -> hubs.stream().noneMatch(hub -> hub.connected()));

        var lost = call(waiting.other(), waiting.task(), right);
        var heard = call(waiting.holder(), waiting.task(), right);
        await().until(() -> waiting.questions() == 1);
        replicas.restartBroker();
        replicas.awaitBroker();

        assertThat(List.of(lost.statusCode(), heard.statusCode())).containsOnly(200);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            call(waiting.other(), waiting.task(), right);
            return "completed".equals(waiting.status());
        });
    }
}
