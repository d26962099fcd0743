package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.fake.FakeModelProvider;
import io.nats.client.Nats;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway and an asset process, joined by a real nats-server and a real PostgreSQL only. */
class AssetLinkIT {

    private static final String KEY = "a-key-of-the-test";

    @TempDir
    static Path folder;

    private static EmbeddedNats nats;
    private static TestDatabase database;
    private static Hub asset;
    private static Hub gateway;
    private static FakeModelProvider provider;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        nats = EmbeddedNats.start(folder.resolve("nats"));
        database = TestDatabase.migrated();
        asset = hub("auth,asset", "gaia.asset.simulated", "true", "gaia.asset.simulated-delay", "1500ms");
        provider = FakeModelProvider.start();
        gateway = hub(
                "gateway,chat",
                "gaia.link.timeout",
                "700ms",
                "gaia.provider.endpoints.openai.base-url",
                provider.baseUrl(),
                "gaia.provider.endpoints.openai.key",
                "test-key",
                "gaia.tools.offer",
                "assets");
        await().until(() -> gateway.connected() && asset.connected());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        asset.close();
        database.close();
        provider.close();
        nats.close();
    }

    private static Hub hub(String services, String... more) {
        var builder = Hub.with(Map.of(
                "gaia.services",
                services,
                "gaia.nats.url",
                nats.url(),
                "gaia.link.auth",
                "nats",
                "gaia.link.chat",
                "nats",
                "gaia.link.asset",
                "nats",
                "gaia.database.url",
                database.url(),
                "gaia.auth.api-key",
                KEY,
                "gaia.asset.storage.dir",
                folder.resolve("files").toString(),
                "gaia.asset.storage.public-base-url",
                "/files"));
        for (int i = 0; i < more.length; i += 2) {
            builder.with(more[i], more[i + 1]);
        }
        return builder.start();
    }

    private static JsonNode generate(String description, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "X-API-Key";
        all[headers.length + 1] = KEY;
        var answer = gateway.post(
                "/api/v1/assets/generate",
                "{\"category\":\"image\",\"style\":\"x\",\"description\":\"" + description + "\"}",
                all);
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return json(answer.body());
    }

    @Test
    void waitsLongerForAGenerationThanForOtherFlows() {
        var answer = generate("Slow over the link");

        assertThat(answer.path("source").asText()).isEqualTo("generated");
        var file = gateway.get(answer.at("/asset_data/download_url").asText(), "Range", "bytes=1-3");
        assertThat(file.statusCode()).isEqualTo(206);
        assertThat(file.body()).isEqualTo("PNG");
    }

    @Test
    void waitsNoLongerThanTheCallerWants() {
        var state = generate("Not waited for", "Prefer", "wait=1");

        assertThat(state.path("status").asText()).isIn("pending", "processing");
        assertThat(state.path("generation_id").asText()).isNotEmpty();
    }

    @Test
    void givesAModelTheAssetsOfAnotherProcess() {
        provider.next("fake-calls [{\"name\":\"use_asset_service\",\"arguments\":"
                + "{\"asset_type\":\"image\",\"description\":\"Seen over the link\"}}]");

        var answer = gateway.post(
                "/api/v1/chat",
                "{\"message\":\"Hello\",\"provider\":\"openai\",\"allow_tool_actions\":true}",
                "X-API-Key",
                KEY);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(provider.requests().getLast().body().path("messages").toString())
                .contains("/files/generated/image/");
    }

    @Test
    void carriesLargeUploads() {
        byte[] glb = new byte[12 << 20];
        System.arraycopy("glTF".getBytes(StandardCharsets.US_ASCII), 0, glb, 0, 4);
        var body = new java.io.ByteArrayOutputStream();
        body.writeBytes("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"big.glb\"\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(glb);
        body.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));

        var answer = gateway.send(
                gateway.request("/api/v1/assets", "X-API-Key", KEY, "Content-Type", "multipart/form-data; boundary=b")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                        .build());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    @SuppressWarnings("try") // closing may be interrupted, like everything here
    void publishesTheMomentsOfAGeneration() throws Exception {
        List<JsonNode> events = new CopyOnWriteArrayList<>();
        try (var connection = Nats.connect(nats.url())) {
            connection
                    .createDispatcher(
                            message -> events.add(json(new String(message.getData(), StandardCharsets.UTF_8))))
                    .subscribe("gaia.asset.generation.*");
            connection.flush(Duration.ofSeconds(2));
            String id = generate("With events", "Prefer", "respond-async")
                    .path("generation_id")
                    .asText();

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> events.stream()
                                    .filter(event -> id.equals(
                                            event.path("generation_id").asText()))
                                    .count()
                            == 2);
            var completed = events.stream()
                    .filter(event -> id.equals(event.path("generation_id").asText()) && event.has("asset_id"))
                    .findFirst()
                    .orElseThrow();
            assertThat(completed.path("cost").asDouble()).isEqualTo(0.04);
        }
    }

    @Test
    void finishesWhatALeavingClientBegan() throws Exception {
        String session = UUID.randomUUID().toString();
        var request = gateway.request("/api/v1/assets/generate", "X-API-Key", KEY)
                .timeout(Duration.ofMillis(600))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"category\":\"image\",\"style\":\"x\",\"description\":\"Left\",\"session_id\":\"" + session
                                + "\"}"))
                .build();

        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> gateway.httpClient().send(request, java.net.http.HttpResponse.BodyHandlers.ofString())))
                .isInstanceOf(HttpTimeoutException.class);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(database.column(
                                "select status from asset_generation_jobs where session_id = '" + session + "'"))
                        .containsExactly("completed"));
    }

    @Test
    void resumesWhatAProcessLeftBehind() {
        String offer = "{\"position\":1,\"provider\":\"openai\",\"service\":\"openai_dalle3\",\"source\":\"openai\","
                + "\"price_key\":\"dalle\",\"price\":0.04,\"format\":\"png\",\"resolution\":\"1024x1024\",\"simulated\":%s}";
        String request = "{\"category\":\"image\",\"style\":\"x\",\"description\":\"Resumed\",\"session_id\":\"s\","
                + "\"requirements\":{\"quality\":\"medium\"},\"preferences\":{},\"offers\":[" + offer + "]}";
        String[] ids = {
            UUID.randomUUID().toString(),
            UUID.randomUUID().toString(),
            UUID.randomUUID().toString()
        };
        insert(ids[0], "pending", request.formatted("true"));
        insert(ids[1], "processing", request.formatted("true"));
        insert(ids[2], "processing", request.formatted("false"));

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(database.column(
                                "select status from asset_generation_jobs where user_id = 'crashed' order by"
                                        + " array_position(array['" + String.join("','", ids)
                                        + "'], generation_id::text)"))
                        .containsExactly("completed", "completed", "failed"));
        assertThat(database.value(
                        "select error_message from asset_generation_jobs where generation_id = '" + ids[2] + "'"))
                .contains("interrupted by restart");
        assertThat(database.value("select count(*) from api_usage_costs where user_id = 'crashed'"))
                .isEqualTo("2");
    }

    @Test
    void tellsTheCallerOfAGenerationWhoseProcessesDieThatItIsGivenUp() {
        String known = generate("By the same caller", "Prefer", "respond-async")
                .path("generation_id")
                .asText();
        String id = UUID.randomUUID().toString();
        database.execute(
                "insert into asset_generation_jobs (generation_id, user_id, session_id, request_hash, category,"
                        + " request, status, strategy, estimated_cost, claims, lease_until) select '" + id
                        + "', user_id, session_id, request_hash, category, request, 'processing', strategy,"
                        + " estimated_cost, 5, now() at time zone 'UTC' - interval '1 second'"
                        + " from asset_generation_jobs where generation_id = '" + known + "'");

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            var told = json(gateway.get("/api/v1/assets/generations/" + id, "X-API-Key", KEY)
                    .body());
            assertThat(told.path("status").asText()).isEqualTo("failed");
            assertThat(told.toString()).contains("given up after 5 attempts");
        });
        assertThat(database.value("select cost from asset_generation_jobs where generation_id = '" + id + "'"))
                .isEqualTo("0.0000");
    }

    private static void insert(String id, String status, String request) {
        database.execute(
                "insert into asset_generation_jobs (generation_id, user_id, session_id, request_hash, category,"
                        + " request, status, strategy, estimated_cost, lease_until) values ('" + id
                        + "', 'crashed', 's', repeat('0', 64), 'image', '" + request + "', '" + status
                        + "', 'generation', 0.04, now() at time zone 'UTC' - interval '1 second')");
    }
}
