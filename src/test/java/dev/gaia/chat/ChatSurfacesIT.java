package dev.gaia.chat;

import static dev.gaia.chat.ChatHub.data;
import static dev.gaia.chat.ChatHub.frames;
import static dev.gaia.chat.ChatHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.fake.FakeModelProvider;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The surfaces v0.2, its stream, and v0.3 over HTTP: success, refusal, and providers or a database that fail. */
class ChatSurfacesIT {

    private static final String V02 = "/api/v0.2/chat";
    private static final String STREAM = "/api/v0.2/chat/stream";
    private static final String V03 = "/api/v0.3/chat";
    private static final String UNKNOWN = "3f0c8a52-7d41-4f7e-9a63-0c5be4a1d2f9";

    private static ChatHub hub;

    @BeforeAll
    static void start() {
        hub = ChatHub.start();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @BeforeEach
    void someoneNew() {
        hub.someoneNew();
    }

    private static List<String> types(List<JsonNode> frames) {
        return frames.stream().map(frame -> frame.path("type").asText()).toList();
    }

    private static String content(List<JsonNode> frames) {
        var text = new StringBuilder();
        frames.stream()
                .filter(frame -> "content".equals(frame.path("type").asText()))
                .forEach(frame -> text.append(frame.path("content").asText()));
        return text.toString();
    }

    private static JsonNode first(List<JsonNode> frames, String type) {
        return frames.stream()
                .filter(frame -> type.equals(frame.path("type").asText()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void describesTheApiToAnybody() {
        var info = hub.hub().get("/api/v0.2");
        assertThat(info.statusCode()).isEqualTo(200);
        assertThat(json(info).at("/endpoints/chat_stream").asText()).isEqualTo(STREAM);
        assertThat(hub.hub().get("/api/v0.2/").body()).isEqualTo(info.body());
        assertThat(hub.hub().get("/api/v0.2/health").body()).isEqualTo("{\"status\":\"healthy\",\"version\":\"0.2\"}");
    }

    @Test
    void answersV02WithSevenKeysAndADialogueOfItsOwn() {
        var answer = hub.post(V02, "{'message':'I like trains.'}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-API-Version")).contains("0.2");
        var body = json(answer);
        assertThat(body.fieldNames())
                .toIterable()
                .containsExactly(
                        "response",
                        "provider",
                        "model",
                        "usage",
                        "response_time_ms",
                        "reasoning",
                        "fallback_used",
                        "_metadata",
                        "gateway");
        assertThat(body.path("response").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(body.at("/usage/prompt_tokens")).isEqualTo(body.at("/usage/input_tokens"));
        hub.post("/api/v1/chat", "{'message':'Of v1'}");
        hub.post(V02, "{'message':'What do I like?'}");
        assertThat(hub.provider()
                        .lastRequest()
                        .orElseThrow()
                        .body()
                        .path("messages")
                        .findValuesAsText("content"))
                .containsExactly("I like trains.", FakeModelProvider.DEFAULT_TEXT, "What do I like?");
        assertThat(json(hub.get(V02 + "/status")))
                .isEqualTo(json("{\"message_count\":4,\"has_history\":true,\"api_version\":\"0.2\"}"));
        assertThat(hub.delete(V02 + "/history").body())
                .isEqualTo("{\"status\":\"success\",\"message\":\"Chat history cleared\",\"api_version\":\"0.2\"}");
        assertThat(json(hub.get(V02 + "/status")).path("has_history").asBoolean())
                .isFalse();
        assertThat(json(hub.get("/api/v1/chat/status")).path("message_count").asInt())
                .isEqualTo(2);
    }

    @Test
    void streamsV02AsOpenAiChunks() {
        var answer = hub.post(V02, "{'message':'Hello','stream':true}");

        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        assertThat(answer.headers().firstValue("X-API-Version")).contains("0.2");
        assertThat(data(answer).getLast()).isEqualTo("[DONE]");
        assertThat(ChatSegment.text(frames(answer))).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
    }

    @Test
    void refusesOnV02InItsOwnWords() {
        var unknown = hub.post(V02, "{'message':'x','model':'nope-1','enable_fallback':false}");
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body())
                .isEqualTo("{\"error\":\"Failed to process chat request\","
                        + "\"detail\":\"No provider found for model: nope-1\"}");
        assertThat(json(hub.post(V02, "{'message':'x','model':'nope-1'}"))
                        .path("fallback_used")
                        .asBoolean())
                .isTrue();
        assertThat(hub.post(V02, "nonsense").body()).isEqualTo("{\"detail\":\"Invalid JSON body\"}");
        assertThat(hub.post(V02, "{'message':' '}").statusCode()).isEqualTo(422);
        assertThat(hub.hub().post(V02, "{}").statusCode()).isEqualTo(401);

        hub.provider().next("fake-error-400");
        var failed = hub.post(V02, "{'message':'x'}");
        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(json(failed).path("error").asText()).isEqualTo("Failed to process chat request");
        assertThat(json(failed).path("detail").asText()).startsWith("Chat completion failed: ");
    }

    @Test
    void streamsTypedFramesWithAChoiceInEach() {
        var answer = hub.post(STREAM, "{'message':'Hello','activity':'generic','persona_id':'default'}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        assertThat(data(answer).getLast()).isEqualTo("[DONE]");
        var frames = frames(answer);
        assertThat(types(frames)).startsWith("start", "ready", "model_selection", "content");
        assertThat(types(frames)).endsWith("content", "metadata", "complete");
        assertThat(content(frames)).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(ChatSegment.text(frames)).as("for OpenAI readers").isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(frames).allSatisfy(frame -> assertThat(frame.path("choices")).hasSize(1));
        assertThat(frames.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(frames.getLast().path("response_length").asInt()).isEqualTo(FakeModelProvider.DEFAULT_TEXT.length());
        assertThat(first(frames, "ready").at("/cache_hits/persona").asBoolean()).isFalse();
        assertThat(first(frames, "metadata").path("total_tokens").asInt()).isPositive();
        assertThat(first(frames, "content").path("provider").asText()).isEqualTo("claude");

        var again = frames(hub.post(STREAM, "{'message':'Again'}"));
        assertThat(first(again, "ready").at("/cache_hits/persona").asBoolean()).isTrue();
        assertThat(hub.provider().lastRequest().orElseThrow().body().path("messages"))
                .hasSize(3);
        var status = json(hub.get(STREAM + "/status"));
        assertThat(status.path("message_count").asInt()).isEqualTo(4);
        assertThat(status.at("/cache_status/persona_cache_keys/0").asText()).isEqualTo(hub.caller() + ":default");
        assertThat(json(hub.delete(STREAM + "/history")).path("message").asText())
                .isEqualTo("Streaming chat history cleared");
        assertThat(json(hub.get(STREAM + "/status")).path("has_history").asBoolean())
                .isFalse();
    }

    @Test
    void showsAndEmptiesTheStreamCaches() {
        hub.post(STREAM, "{'message':'Hello'}");
        var cached = json(hub.get(STREAM + "/cache/status")).path("cache_stats");
        assertThat(cached.path("persona_cache_keys")).hasSize(1);

        var emptied = hub.post(STREAM + "/cache/invalidate?cache_type=persona&user_id=" + hub.caller(), "");

        assertThat(json(emptied).path("invalidated_user").asText()).isEqualTo(hub.caller());
        assertThat(json(emptied).path("invalidated_activity").isNull()).isTrue();
        assertThat(json(hub.get(STREAM + "/cache/status")).at("/cache_stats/persona_cache_keys"))
                .isEmpty();
        assertThat(hub.post(STREAM + "/cache/invalidate", "").statusCode()).isEqualTo(422);
        assertThat(hub.post(STREAM + "/cache/invalidate?cache_type=whatever", "")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void tellsOfTheFallbackInFrames() {
        hub.provider().next("fake-error-400", "fake-echo");
        assertThat(types(frames(hub.post(STREAM, "{'message':'x','provider':'claude'}"))))
                .as("a request no other provider can use either")
                .containsExactly("start", "ready", "model_selection", "error", "complete");

        hub.provider().reset();
        hub.provider().next("fake-error-500", "fake-error-500");
        var frames = frames(hub.post(STREAM, "{'message':'Hello'}"));

        assertThat(types(frames))
                .startsWith(
                        "start", "ready", "model_selection", "error", "fallback_attempt", "model_selection", "content");
        assertThat(first(frames, "error").path("fallback_available").asBoolean())
                .isTrue();
        assertThat(first(frames, "metadata").path("fallback_used").asBoolean()).isTrue();
        assertThat(content(frames)).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
    }

    @Test
    void endsFailedStreamsWithErrorCompleteAndDone() {
        hub.provider().next("fake-error-500", "fake-error-500", "fake-error-401");
        var failed = hub.post(STREAM, "{'message':'Hello'}");
        assertThat(failed.statusCode()).isEqualTo(200);
        assertThat(types(frames(failed)))
                .containsExactly(
                        "start",
                        "ready",
                        "model_selection",
                        "error",
                        "fallback_attempt",
                        "model_selection",
                        "error",
                        "complete");
        assertThat(data(failed).getLast()).isEqualTo("[DONE]");
        assertThat(failed.body()).doesNotContain("key-of");
        assertThat(json(hub.get(STREAM + "/status")).path("message_count").asInt())
                .isEqualTo(1);
        assertThat(hub.post(STREAM, "{'message':' '}").statusCode()).isEqualTo(422);
        assertThat(hub.hub().post(STREAM, "{}").statusCode()).isEqualTo(401);
    }

    @Test
    void answersV03WithTwoKeysInAConversation() {
        var first = json(hub.post(V03, "{'message':'I like trains.','model':'nope','provider':'openai'}"));

        assertThat(first.fieldNames()).toIterable().containsExactly("response", "conversation_id");
        var id = first.path("conversation_id").asText();
        var second = json(hub.post(V03, "{'message':'What do I like?','conversation_id':'" + id + "'}"));
        assertThat(second.path("conversation_id").asText()).isEqualTo(id);
        var sent = hub.provider().lastRequest().orElseThrow().body();
        assertThat(sent.path("messages")).hasSize(3);
        assertThat(sent.path("system").asText()).contains("You are Mu");
        var other = json(hub.post(V03, "{'message':'Hello','conversation_id':null}"));
        assertThat(other.path("conversation_id").asText()).isNotEqualTo(id);

        var list = json(hub.get("/api/v0.3/conversations")).path("conversations");
        assertThat(list.findValuesAsText("title")).containsExactlyInAnyOrder("I like trains.", "Hello");
        assertThat(list.get(0).fieldNames()).toIterable().containsExactly("conversation_id", "title", "created_at");
        var made = hub.post("/api/v0.3/conversations", "{'title':'Mine'}");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(json(made).fieldNames()).toIterable().containsExactly("conversation_id", "title");
    }

    @Test
    void streamsV03WithMetadataFirstAndDoneLast() {
        hub.provider().next("fake-split");
        var answer = hub.post(V03, "{'message':'Hello','stream':true}");

        var frames = frames(answer);
        assertThat(types(frames)).startsWith("metadata", "content").endsWith("content", "metadata", "done");
        assertThat(answer.body())
                .doesNotContain("[DONE]")
                .doesNotContain("claude")
                .doesNotContain("Mu");
        var id = frames.getFirst().path("conversation_id").asText();
        assertThat(frames.getFirst().path("model").asText()).isEqualTo("unified-chat");
        assertThat(first(frames, "content").fieldNames()).toIterable().containsExactly("type", "content");
        assertThat(content(frames)).isEqualTo("Grüße aus Nürnberg, こんにちは 🙂👩‍🚀 \"quoted\" \\ end.\n");
        assertThat(frames.get(frames.size() - 2).path("total_time_ms").isInt()).isTrue();
        var messages =
                json(hub.get("/api/v1/conversations/" + id + "/messages")).path("messages");
        assertThat(messages.at("/1/content").asText()).isEqualTo(content(frames));
    }

    @Test
    void refusesOnV03InItsOwnWords() {
        for (var stream : List.of("", ",'stream':true")) {
            var missing = hub.post(V03, "{'conversation_id':'new'" + stream + "}");
            assertThat(missing.statusCode()).isEqualTo(400);
            assertThat(missing.body()).isEqualTo("{\"error\":\"Missing required field: message\"}");
            var unknown = hub.post(V03, "{'message':'x','conversation_id':'" + UNKNOWN + "'" + stream + "}");
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(unknown.body()).isEqualTo("{\"detail\":\"Conversation not found\"}");
        }
        assertThat(hub.post(V03, "nonsense").body()).isEqualTo("{\"error\":\"Invalid JSON body\"}");
        assertThat(hub.post("/api/v0.3/conversations", "[]").body()).isEqualTo("{\"error\":\"Invalid JSON body\"}");
        assertThat(hub.hub().post(V03, "{}", "X-API-Key", "unknown").statusCode())
                .isEqualTo(401);
        assertThat(hub.hub().get("/api/v0.3/conversations").statusCode()).isEqualTo(401);

        hub.provider().next("fake-error-400");
        assertThat(hub.post(V03, "{'message':'x'}").statusCode()).isEqualTo(500);
        hub.provider().next("fake-cut-after-3");
        var broken = frames(hub.post(V03, "{'message':'x','stream':true}"));
        assertThat(types(broken)).startsWith("metadata").endsWith("error", "done");
        assertThat(first(broken, "error").path("error").asText()).startsWith("Chat completion failed: ");
    }

    @Test
    void streamsWithoutTheDatabase() {
        hub.database().execute("alter table personas rename to personas_away");
        hub.database().execute("alter table chat_histories rename to chat_histories_away");
        try {
            var frames = frames(hub.post(STREAM, "{'message':'Hello'}"));
            assertThat(content(frames)).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
            assertThat(json(hub.post(V02, "{'message':'Hello'}"))
                            .path("response")
                            .asText())
                    .isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        } finally {
            hub.database().execute("alter table personas_away rename to personas");
            hub.database().execute("alter table chat_histories_away rename to chat_histories");
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> "2"
                        .equals(hub.database()
                                .value("select count(*) from chat_histories where surface = 'stream' and user_id = '"
                                        + hub.caller() + "'")));
        // The breaker lets the next test ask the database again.
        await().atMost(Duration.ofSeconds(10))
                .until(() -> hub.get("/api/v1/conversations").statusCode() == 200);
    }

    @Test
    void sendsTheFirstFrameBeforeTheProviderAnswersAndCancelsForAClientThatLeaves() throws Exception {
        for (var path : List.of(STREAM, V03)) {
            hub.provider().reset();
            hub.provider().next("fake-silent");
            var request = hub.hub()
                    .request(path, ChatHub.as(hub.caller()))
                    .POST(BodyPublishers.ofString("{\"message\":\"Hello\",\"stream\":true}"))
                    .build();
            long before = System.nanoTime();
            var answer = hub.hub().httpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.body().read()).isPositive();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
            await().until(() -> hub.provider().lastRequest().isPresent());

            answer.body().close();

            await().atMost(Duration.ofSeconds(8))
                    .until(() -> hub.provider()
                            .lastRequest()
                            .orElseThrow()
                            .closedByClientAfter()
                            .isPresent());
        }
    }
}
