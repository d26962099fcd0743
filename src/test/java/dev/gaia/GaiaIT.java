package dev.gaia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.database.TestDatabase;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway and its segments as two processes have them: joined by a real nats-server and a real PostgreSQL only. */
class GaiaIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String KEY = "a-key-of-the-test";
    private static final String STREAM_OF_A_SECOND = "fake-stream-50x20ms";
    /** Longer than a busy machine needs to notice that its reader has left. */
    private static final String STREAM_OF_A_MINUTE = "fake-stream-3000x20ms";

    @TempDir
    static Path store;

    private static EmbeddedNats nats;
    private static TestDatabase database;
    private static FakeModelProvider provider;
    private static Hub segments;
    private static Hub gateway;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        nats = EmbeddedNats.start(store);
        database = TestDatabase.migrated();
        provider = FakeModelProvider.start();
        segments = hub("auth,chat,asset");
        gateway = hub("gateway");
        await().until(() -> connected(gateway) && connected(segments));
    }

    @AfterAll
    static void stop() {
        List.of(gateway, segments).forEach(Hub::close);
        provider.close();
        database.close();
        nats.close();
    }

    private static Hub hub(String services) {
        Map<String, String> settings = new HashMap<>();
        settings.put("gaia.services", services);
        settings.put("gaia.nats.url", nats.url());
        List.of("auth", "chat", "asset").forEach(segment -> settings.put("gaia.link." + segment, "nats"));
        settings.put("gaia.database.url", database.url());
        settings.put("gaia.auth.api-key", KEY);
        settings.put("gaia.provider.endpoints.openai.base-url", provider.baseUrl());
        settings.put("gaia.provider.endpoints.openai.key", "key-of-openai");
        return Hub.with(settings).start();
    }

    private static boolean connected(Hub hub) {
        return hub.connected();
    }

    private static HttpResponse<String> chat(String body) {
        return gateway.post("/api/v1/chat", body.replace('\'', '"'), "X-API-Key", KEY);
    }

    private static List<String> data(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Test
    void answersChatOverTheLinkAndKeepsTheDialogue() {
        var answer = chat("{'message':'Hello'}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer.body()).path("response").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        var status = json(gateway.get("/api/v1/chat/status", "X-API-Key", KEY).body());
        assertThat(status.path("has_history").asBoolean()).isTrue();
        var cleared = gateway.send(gateway.request("/api/v1/chat/history", "X-API-Key", KEY)
                .DELETE()
                .build());
        assertThat(json(cleared.body()).path("status").asText()).isEqualTo("success");
    }

    @Test
    void streamsChatOverTheLinkWholeAndInOrder() {
        var answer = chat("{'message':'" + STREAM_OF_A_SECOND + "','stream':true}");

        var data = data(answer.body());
        assertThat(data.getLast()).isEqualTo("[DONE]");
        var text = new StringBuilder();
        data.subList(0, data.size() - 1)
                .forEach(chunk ->
                        text.append(json(chunk).at("/choices/0/delta/content").asText()));
        assertThat(text.toString().strip().split(" ")).hasSize(50);
    }

    @Test
    void refusesAsTheContractSays() {
        assertThat(chat("{'message':").statusCode()).isEqualTo(400);
        assertThat(chat("{'message':").body()).isEqualTo("{\"detail\":\"Invalid JSON body\"}");

        var blank = chat("{'message':' '}");
        assertThat(blank.statusCode()).isEqualTo(422);
        assertThat(json(blank.body()).path("detail").asText()).startsWith("Service error: {\"detail\":[");

        assertThat(gateway.get("/api/v1/chat/status").statusCode()).isEqualTo(401);
        assertThat(gateway.get("/api/v1/chat/status", "X-API-Key", "unknown").statusCode())
                .isEqualTo(403);
        assertThat(gateway.get("/internal/validate").statusCode()).isEqualTo(404);
    }

    @Test
    void refusesCredentialThatIsGivenTwice() {
        var answer = gateway.get("/api/v1/chat/status", "X-API-Key", KEY, "X-API-Key", KEY);

        assertThat(answer.statusCode()).isEqualTo(403);
    }

    @Test
    void validatesCredentialsOverTheLink() {
        var answer = gateway.post("/api/v1/auth/validate", "{\"api_key\":\"" + KEY + "\"}");

        assertThat(json(answer.body()).path("valid").asBoolean()).isTrue();
        assertThat(json(answer.body()).path("auth_type").asText()).isEqualTo("api_key");
    }

    @Test
    void asksEveryServiceForItsHealthOverTheLink() {
        var health = json(gateway.get("/health").body());

        assertThat(health.path("status").asText()).isEqualTo("healthy");
        assertThat(health.path("services").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("auth", "asset", "chat");
    }

    @Test
    void closesTheProvidersConnectionWhenTheClientLeaves() throws Exception {
        provider.reset();
        var body = "{\"message\":\"" + STREAM_OF_A_MINUTE + "\",\"stream\":true}";
        var client = gateway.httpClient();
        var answer = client.send(
                gateway.request("/api/v1/chat", "X-API-Key", KEY)
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.body().read()).isPositive();

        answer.body().close();

        await().until(() ->
                provider.lastRequest().orElseThrow().closedByClientAfter().isPresent());
    }

    @Test
    void namesTheServiceThatIsAway() {
        try (var alone = Hub.with(Map.of(
                        "gaia.services", "gateway", "gaia.database.url", database.url(), "gaia.auth.api-key", KEY))
                .with(Map.of("gaia.link.auth", "nats", "gaia.link.chat", "nats", "gaia.link.asset", "nats"))
                .start()) {
            await().until(() ->
                    alone.get("/api/v1/chat/status", "X-API-Key", KEY).statusCode() == 503);

            assertThat(alone.get("/api/v1/chat/status", "X-API-Key", KEY).body())
                    .isEqualTo("{\"detail\":\"Service chat unavailable\"}");
            assertThat(alone.get("/api/v1/assets/test").body()).isEqualTo("{\"detail\":\"Service asset unavailable\"}");
            assertThat(alone.post("/api/v1/auth/validate", "{}").body())
                    .isEqualTo("{\"detail\":\"Service auth unavailable\"}");
            assertThat(json(alone.get("/health").body()).path("status").asText())
                    .isEqualTo("degraded");
        }
    }

    @Test
    void endsAStreamWithTheContractsErrorWhenTheBrokerDiesAndGoesOnAfterItsReturn() throws Exception {
        var body = "{\"message\":\"" + STREAM_OF_A_SECOND + "\",\"stream\":true}";
        var running = gateway.httpClient()
                .sendAsync(
                        gateway.request("/api/v1/chat", "X-API-Key", KEY)
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream())
                .get();
        assertThat(running.body().read()).isPositive();

        nats.kill();

        var data = data(new String(running.body().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        assertThat(data.getLast()).isEqualTo("[DONE]");
        var last = json(data.get(data.size() - 2));
        assertThat(last.path("id").asText()).startsWith("chatcmpl-error-");
        assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("error");
        assertThat(last.at("/error/type").asText()).isEqualTo("internal_error");

        nats = EmbeddedNats.start(store, nats.port());
        await().until(() -> connected(gateway) && connected(segments));
        assertThat(chat("{'message':'Hello'}").statusCode()).isEqualTo(200);
    }
}
