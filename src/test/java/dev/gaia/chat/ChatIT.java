package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.FakeModelProvider;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chat as a client sees it: real HTTP, real PostgreSQL, providers faked at the wire. */
class ChatIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String KEY = "the-configured-key";

    private static TestDatabase database;
    private static FakeModelProvider provider;
    private static Hub hub;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        provider = FakeModelProvider.start();
        hub = Hub.with(Map.of("gaia.database.url", database.url(), "gaia.auth.api-key", KEY))
                .with(provider.settings())
                // What one test does to a provider must not matter to the next.
                .with("gaia.provider.attempts.breaker-failures", "1000")
                .with("gaia.provider.attempts.breaker-results", "1000")
                .with("gaia.provider.attempts.key-pause", "1ms")
                .with("gaia.provider.attempts.key-pause-max", "1ms")
                .start();
    }

    @AfterAll
    static void stop() {
        hub.close();
        provider.close();
        database.close();
    }

    @BeforeEach
    void forget() {
        delete();
        provider.reset();
    }

    private static HttpResponse<String> chat(String body) {
        return hub.post("/api/v1/chat", body.replace('\'', '"'), "X-API-Key", KEY);
    }

    private static HttpResponse<String> delete() {
        return hub.send(
                hub.request("/api/v1/chat/history", "X-API-Key", KEY).DELETE().build());
    }

    private static JsonNode status() {
        return json(hub.get("/api/v1/chat/status", "X-API-Key", KEY).body());
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static List<String> data(HttpResponse<String> answer) {
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
    }

    @Test
    void answersWithTheKeysOfBothClientFamilies() {
        var answer = chat("{'message':'Hello'}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        var body = json(answer.body());
        assertThat(body.fieldNames())
                .toIterable()
                .contains("response", "provider", "model", "usage", "response_time_ms", "reasoning", "fallback_used")
                .contains("id", "object", "created", "choices", "_metadata");
        assertThat(body.path("response").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(body.path("provider").asText()).isEqualTo("claude");
        assertThat(body.at("/choices/0/message/role").asText()).isEqualTo("assistant");
        assertThat(body.at("/usage/prompt_tokens")).isEqualTo(body.at("/usage/input_tokens"));
        assertThat(body.at("/_metadata/conversation_id").isNull()).isTrue();
        assertThat(body.at("/_metadata/request_id").asText()).isNotEmpty();
        assertThat(answer.headers().firstValue("X-Gateway-Model"))
                .contains(body.path("model").asText());
    }

    @Test
    void streamsOpenAiChunksOverHttp() {
        var answer = hub.post("/api/v1/chat/completions", "{\"message\":\"Hello\",\"stream\":true}", "X-API-Key", KEY);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        assertThat(answer.headers().firstValue("cache-control")).contains("no-cache");
        assertThat(answer.headers().firstValue("x-accel-buffering")).contains("no");
        var data = data(answer);
        assertThat(data.getLast()).isEqualTo("[DONE]");
        var chunks = data.subList(0, data.size() - 1).stream().map(ChatIT::json).toList();
        assertThat(chunks.getFirst().at("/choices/0/delta/role").asText()).isEqualTo("assistant");
        assertThat(chunks.stream().map(chunk -> chunk.path("id").asText()).distinct())
                .hasSize(1);
        assertThat(ChatSegment.text(chunks)).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(chunks.getLast().at("/choices/0/delta")).isEmpty();
    }

    @Test
    void keepsTheDialogueForTheNextMessage() {
        chat("{'message':'I like trains.'}");
        chat("{'message':'What do I like?','stream':true}");

        var messages = provider.lastRequest().orElseThrow().body().path("messages");
        assertThat(messages).hasSize(3);
        assertThat(messages.at("/0/content").asText()).isEqualTo("I like trains.");
        assertThat(messages.at("/1/role").asText()).isEqualTo("assistant");
        assertThat(provider.lastRequest().orElseThrow().body().path("system").asText())
                .contains("You are Mu");
        assertThat(status()).isEqualTo(json("{\"message_count\":4,\"has_history\":true}"));
        await().untilAsserted(
                        () -> assertThat(database.value("select count(*) from chat_histories where surface = 'v1'"))
                                .isEqualTo("4"));
    }

    @Test
    void forgetsTheDialogue() {
        chat("{'message':'Hello'}");

        var cleared = delete();

        assertThat(cleared.statusCode()).isEqualTo(200);
        assertThat(cleared.body()).isEqualTo("{\"status\":\"success\"}");
        assertThat(status()).isEqualTo(json("{\"message_count\":0,\"has_history\":false}"));
        assertThat(database.value("select count(*) from chat_histories where surface = 'v1'"))
                .isEqualTo("0");
        assertThat(delete().statusCode()).isEqualTo(200);
    }

    @Test
    void refusesWhatIsNoChatRequest() {
        assertThat(chat("{'message':'Hello'").statusCode()).isEqualTo(400);
        assertThat(chat("[]").statusCode()).isEqualTo(400);
        var blank = chat("{'message':' '}");
        assertThat(blank.statusCode()).isEqualTo(422);
        assertThat(blank.body()).startsWith("{\"detail\":\"Service error: {\\\"detail\\\":[{");
        assertThat(chat("{'message':7}").statusCode()).isEqualTo(422);
        var unknown = chat("{'message':'Hello','conversation_id':'3f0c8a52-7d41-4f7e-9a63-0c5be4a1d2f9'}");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("Conversation not found");
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void refusesCallersWithoutCredentials() {
        assertThat(hub.post("/api/v1/chat", "{\"message\":\"Hello\"}").statusCode())
                .isEqualTo(401);
        assertThat(hub.post("/api/v1/chat/completions", "{}", "X-API-Key", "unknown")
                        .statusCode())
                .isEqualTo(403);
        assertThat(hub.get("/api/v1/chat/status").statusCode()).isEqualTo(401);
        assertThat(hub.send(hub.request("/api/v1/chat/history").DELETE().build())
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void answersFromAnotherProviderWhenTheFirstFails() {
        provider.next("fake-error-500", "fake-error-500");

        var body = json(chat("{'message':'Hello'}").body());

        assertThat(body.path("fallback_used").asBoolean()).isTrue();
        assertThat(body.path("provider").asText()).isEqualTo("openai");
        assertThat(body.path("response").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
    }

    @Test
    void saysThatTheCompletionFailedWhenEveryProviderFails() {
        provider.next("fake-error-500", "fake-error-500", "fake-error-401");

        var answer = chat("{'message':'Hello','stream':true}");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("Chat completion failed: ").doesNotContain("key-of");
        assertThat(status().path("message_count").asInt()).isEqualTo(1);
    }

    @Test
    void endsABrokenStreamWithAnErrorChunk() {
        provider.next("fake-cut-after-3");

        var data = data(chat("{'message':'Hello','stream':true}"));

        assertThat(data.getLast()).isEqualTo("[DONE]");
        var last = json(data.get(data.size() - 2));
        assertThat(last.path("id").asText()).startsWith("chatcmpl-error-");
        assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("error");
        assertThat(last.at("/error/type").asText()).isEqualTo("internal_error");
        assertThat(status().path("message_count").asInt()).isEqualTo(1);
    }

    @Test
    void closesTheProvidersConnectionWithinASecondWhenTheClientLeaves() throws Exception {
        provider.next("fake-stream-50x100ms");
        HttpRequest request = hub.request("/api/v1/chat", "X-API-Key", KEY)
                .POST(HttpRequest.BodyPublishers.ofString("{\"message\":\"Hello\",\"stream\":true}"))
                .build();
        var answer = hub.httpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.body().read()).isGreaterThan(0);

        answer.body().close();

        await().until(() ->
                provider.lastRequest().orElseThrow().closedByClientAfter().isPresent());
    }

    @Test
    void usesTheCallersChosenPersona() {
        database.execute("insert into personas (id, name, description, system_prompt) values"
                + " ('11111111-2222-4333-8444-555555555555', 'Rex', 'A dog', 'You are Rex. {tools_section}')");

        chat("{'message':'Hello','persona_id':'11111111-2222-4333-8444-555555555555'}");

        assertThat(provider.lastRequest().orElseThrow().body().path("system").asText())
                .isEqualTo("You are Rex.");
    }

    @Test
    void answersStaleModelIdsAndUnknownOnes() {
        var stale = json(
                chat("{'message':'Hello','model':'claude-3-opus-20240229'}").body());
        var unknown = json(chat("{'message':'Hello','model':'no-such-model'}").body());
        var local = json(chat("{'message':'Hello','model':'local/llama'}").body());

        assertThat(stale.path("model").asText()).isEqualTo("claude-opus-5-5");
        assertThat(unknown.path("reasoning").asText()).contains("no-such-model is not available");
        assertThat(unknown.path("model").asText()).isEqualTo("claude-haiku-4-5");
        assertThat(local.path("model").asText()).isEqualTo("local/llama");
        assertThat(local.path("provider").asText()).isEqualTo("openai");
        assertThat(provider.lastRequest().orElseThrow().body().path("model").asText())
                .as("handed on as it is")
                .isEqualTo("local/llama");
    }

    @Test
    void saysThatAProviderIsIllUntilItAnswersAgain() {
        for (int turn = 0; turn < 3; turn++) {
            provider.next("fake-error-500", "fake-error-500", "fake-error-500", "fake-error-500");
            chat("{'message':'Hello','provider':'claude','enable_fallback':false}");
            provider.reset();
        }
        await().untilAsserted(() ->
                assertThat(providers("claude/health").path("status").asText()).isEqualTo("unhealthy"));
        assertThat(providers("health").path("overall_status").asText()).isEqualTo("degraded");
        assertThat(providers("claude/stats").at("/stats/error_count").asInt()).isGreaterThanOrEqualTo(3);

        chat("{'message':'Hello','provider':'claude'}");

        await().untilAsserted(() ->
                assertThat(providers("claude/health").path("status").asText()).isEqualTo("healthy"));
    }

    private static JsonNode providers(String path) {
        return json(hub.get("/api/v0.2/providers/" + path, "X-API-Key", KEY).body());
    }

    /** Attack T18: where a request goes is the operator's choice alone. */
    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/chat", "/api/v0.2/chat", "/api/v0.3/chat"})
    void aCallerCannotChooseWhereARequestGoes(String path) {
        try (var elsewhere = FakeModelProvider.start()) {
            var address = elsewhere.baseUrl();
            var body = "{'message':'Hello','model':'" + address + "','base_url':'" + address + "','api_base':'"
                    + address + "','upstream':'" + address + "'}";

            var answer = hub.post(
                    path,
                    body.replace('\'', '"'),
                    "X-API-Key",
                    KEY,
                    "X-Upstream-Host",
                    address,
                    "CamelHttpUri",
                    address,
                    "X-Base-Url",
                    address);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(elsewhere.requests()).isEmpty();
            assertThat(provider.requests()).hasSize(1);
            assertThat(provider.lastRequest().orElseThrow().body().toString()).doesNotContain(address);
        }
    }
}
