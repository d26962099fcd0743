package dev.gaia.chat;

import static dev.gaia.chat.ChatHub.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.fake.FakeModelProvider;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The special-purpose chat surfaces of v1 over HTTP. */
class ChatVariantsIT {

    private static final String CHAT = "/api/v1/chat/";

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

    private static JsonNode ask(String variant, String body) {
        var answer = hub.post(CHAT + variant, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static JsonNode sent() {
        return hub.provider().lastRequest().orElseThrow().body();
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "mcp-agent", "mcp-agent-hot", "direct-db", "orchestrated"})
    void answersACompletionOfALargeModel(String variant) {
        var answer = ask(variant, "{'message':'Hello','stream':true}");

        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.path("id").asText()).startsWith("chat-");
        assertThat(answer.path("model").asText()).isEqualTo("claude-sonnet-4-5");
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(answer.at("/usage/total_tokens").asInt()).isPositive();
        assertThat(sent().path("max_tokens").asInt()).isEqualTo(2000);
        assertThat(hub.post(CHAT + variant, "nonsense").statusCode()).isEqualTo(400);
        assertThat(hub.hub().post(CHAT + variant, "{}").statusCode()).isEqualTo(401);
        hub.provider().next("fake-error-400");
        assertThat(hub.post(CHAT + variant, "{'message':'Hello'}").statusCode()).isEqualTo(500);
    }

    @Test
    void addsWhatEachVariantHas() {
        assertThat(ask("direct", "{'message':'Hello'}")
                        .path("_response_time_ms")
                        .isInt())
                .isTrue();
        assertThat(ask("mcp-agent-hot", "{'message':'Hello','provider':'openai'}")
                        .path("_hot_loaded")
                        .asBoolean())
                .isTrue();
        assertThat(ask("mcp-agent", "{'message':'Hello','provider':'openai'}")
                        .path("model")
                        .asText())
                .isEqualTo("gpt-6-luna");
        assertThat(hub.post(CHAT + "direct", "{'message':' '}").statusCode()).isEqualTo(422);
    }

    @Test
    void keepsDialoguesApartAndTellsTheLastTen() {
        for (int i = 0; i < 7; i++) {
            ask("direct", "{'message':'direct " + i + "'}");
        }
        ask("mcp-agent", "{'message':'agent'}");
        assertThat(sent().path("messages")).hasSize(1);
        ask("direct", "{'message':'last'}");

        var texts = sent().path("messages").findValuesAsText("content");
        assertThat(texts).hasSize(11).startsWith("direct 2").endsWith("last");
        assertThat(json(hub.get(CHAT + "status")).path("message_count").asInt()).isZero();
    }

    @Test
    void continuesTheConversationTheQueryNames() {
        var id = ask("direct-db", "{'message':'Hello'}").path("conversation_id").asText();

        var again = ask("direct-db?conversation_id=" + id, "{'message':'And?','conversation_id':'new'}");

        assertThat(again.path("conversation_id").asText()).isEqualTo(id);
        assertThat(sent().path("messages")).hasSize(3);
        assertThat(ask("direct-db", "{'message':'Body','conversation_id':'" + id + "'}")
                        .path("conversation_id")
                        .asText())
                .isEqualTo(id);
        var stored = json(hub.get("/api/v1/conversations/" + id));
        assertThat(stored.path("title").asText()).isEqualTo("Chat Session");
        var foreign = hub.hub().post(CHAT + "direct-db?conversation_id=" + id, "{\"message\":\"x\"}", ChatHub.as("b"));
        assertThat(foreign.statusCode()).isEqualTo(404);
        hub.database().execute("alter table conversations rename to conversations_away");
        try {
            assertThat(hub.post(CHAT + "direct-db", "{'message':'x'}").statusCode())
                    .isEqualTo(500);
            assertThat(hub.post(CHAT + "direct-db?conversation_id=" + id, "{'message':'x'}")
                            .statusCode())
                    .isEqualTo(500);
        } finally {
            hub.database().execute("alter table conversations_away rename to conversations");
        }
        org.awaitility.Awaitility.await()
                .until(() -> hub.get("/api/v1/conversations").statusCode() == 200);
    }

    @Test
    void answersUltrafastWithoutMemory() {
        ask("ultrafast", "{'message':'Hello'}");
        var answer = ask("ultrafast", "{'message':'Again','model':'gpt-4o','temperature':2}");

        assertThat(answer.fieldNames()).toIterable().containsExactly("response", "model", "response_time_ms");
        assertThat(answer.path("model").asText()).isEqualTo("claude-haiku-4-5");
        assertThat(sent().path("messages")).hasSize(1);
        assertThat(sent().path("max_tokens").asInt()).isEqualTo(500);
        assertThat(sent().path("temperature").asDouble()).isEqualTo(0.3);
    }

    @ParameterizedTest
    @CsvSource({
        "ultrafast, fake-error-500",
        "ultrafast, fake-error-429-retry-1",
        "ultrafast, fake-hang-up",
        "ultrafast-redis, fake-error-500",
        "ultrafast-redis, fake-hang-up"
    })
    void asksOnceAndNobodyElse(String variant, String fault) {
        hub.provider().next(fault);

        assertThat(hub.post(CHAT + variant, "{'message':'x'}").statusCode()).isEqualTo(500);
        assertThat(hub.provider().requests()).hasSize(1);
    }

    @Test
    void givesUpAfterFiveSeconds() {
        hub.provider().next("fake-silent");
        long before = System.nanoTime();

        var late = hub.post(CHAT + "ultrafast", "{'message':'x'}");

        assertThat(late.statusCode()).isEqualTo(500);
        assertThat(late.body()).contains("there was no answer within 5s");
        assertThat((System.nanoTime() - before) / 1_000_000).isBetween(4_900L, 9_500L);
        assertThat(ask("ultrafast", "{'message':'x'}").path("response").asText())
                .isNotEmpty();
    }

    @Test
    void tellsUltrafastRedisTheLastFive() {
        int length = 0;
        for (int i = 0; i < 4; i++) {
            length = ask("ultrafast-redis", "{'message':'message " + i + "'}")
                    .path("history_length")
                    .asInt();
        }

        assertThat(length).isEqualTo(7);
        assertThat(sent().path("max_tokens").asInt()).isEqualTo(1000);
        hub.database()
                .execute("update chat_histories set created_at = now() - interval '25 hours' where user_id = '"
                        + hub.caller() + "'");
        assertThat(ask("ultrafast-redis", "{'message':'x'}").fieldNames())
                .toIterable()
                .containsExactly("response", "model", "response_time_ms", "api_time_ms", "history_length");
    }

    @Test
    void saysWhichWayAnOrchestratedAnswerTook() {
        int before = json(hub.get(CHAT + "orchestrated/metrics"))
                .path("total_requests")
                .asInt();

        var answer = ask(
                "orchestrated",
                "{'message':'not this','messages':[{'role':'user','content':'Compare'},{'role':'user','content':'Hi'}]}");

        assertThat(answer.at("/metadata/performance/route").asText()).isEqualTo("direct_llm");
        assertThat(answer.at("/metadata/performance/execution_time").isNumber()).isTrue();
        assertThat(sent().toString()).doesNotContain("not this");
        var metrics = json(hub.get(CHAT + "orchestrated/metrics"));
        assertThat(metrics.path("total_requests").asInt()).isEqualTo(before + 1);
        assertThat(metrics.at("/route_distribution/direct_llm").asDouble()).isEqualTo(1.0);
        for (var empty : List.of("{}", "{'messages':[]}", "{'message':' '}")) {
            var refused = hub.post(CHAT + "orchestrated", empty);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body())
                    .isEqualTo("{\"detail\":\"Service error: {\\\"detail\\\":\\\"No messages provided\\\"}\"}");
        }
    }
}
