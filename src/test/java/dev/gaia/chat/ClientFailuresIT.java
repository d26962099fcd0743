package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.FakeModelProvider;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What clients in OpenAI's and Anthropic's form are told when every provider fails; breakers open, so a hub apart. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClientFailuresIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String KEY = "the-configured-key";
    private static final String COMPLETIONS = "/v1/chat/completions";
    private static final String MESSAGES = "/v1/messages";

    private static TestDatabase database;
    private static FakeModelProvider provider;
    private static Hub hub;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        provider = FakeModelProvider.start();
        hub = Hub.with(Map.of("gaia.database.url", database.url(), "gaia.auth.api-key", KEY))
                .with("gaia.gateway.body-max-bytes", "100000")
                .with(provider.settings())
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
        provider.reset();
    }

    private static HttpResponse<String> post(String path, String body) {
        return hub.post(path, body.replace('\'', '"'), "Authorization", "Bearer " + KEY);
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static List<JsonNode> events(HttpResponse<String> answer) {
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> json(line.substring(6)))
                .toList();
    }

    @Test
    @Order(0)
    void tellsWhatTheGatewayRefusesInTheirForm() throws JsonProcessingException {
        String large = "{'text': '" + "x".repeat(100_000) + "'}";

        var completion = post(COMPLETIONS, large);
        var models = post("/v1/models", "{}");
        var model = post("/v1/models/gpt-4o", "{}");
        var message = post(MESSAGES, large);
        var count = post(MESSAGES + "/count_tokens", large);
        var other = post("/api/v1/chat/personas", large);

        assertThat(completion.statusCode()).isEqualTo(413);
        assertThat(MAPPER.readTree(completion.body()).at("/error/code").asText())
                .isEqualTo("request_too_large");
        for (var refused : List.of(models, model)) {
            assertThat(refused.statusCode()).isEqualTo(405);
            assertThat(MAPPER.readTree(refused.body()).at("/error/code").asText())
                    .isEqualTo("method_not_allowed");
        }
        for (var refused : List.of(message, count)) {
            assertThat(refused.statusCode()).isEqualTo(413);
            assertThat(MAPPER.readTree(refused.body()).at("/error/type").asText())
                    .isEqualTo("request_too_large");
        }
        assertThat(other.statusCode()).isEqualTo(413);
        assertThat(MAPPER.readTree(other.body()).path("detail").asText())
                .isEqualTo("Request body too large; the limit is 100000 bytes");
    }

    @Test
    @Order(2)
    void tellsProvidersFailuresInTheirForm() {
        provider.next(Collections.nCopies(12, "fake-error-429").toArray(String[]::new));
        var openai = post(COMPLETIONS, "{'model':'gpt-4o','messages':[{'role':'user','content':'x'}]}");
        provider.reset();
        provider.next(Collections.nCopies(12, "fake-error-401").toArray(String[]::new));
        var anthropic = post(MESSAGES, "{'model':'gpt-4o','max_tokens':1,'messages':[{'role':'user','content':'x'}]}");

        assertThat(openai.statusCode()).isEqualTo(429);
        assertThat(openai.headers().firstValue("retry-after")).isPresent();
        assertThat(json(openai.body()).at("/error/code").asText()).isEqualTo("upstream_rate_limited");
        assertThat(json(openai.body()).at("/error/type").asText()).isEqualTo("rate_limit_error");
        assertThat(keys(json(openai.body()))).containsExactly("error");
        assertThat(keys(json(openai.body()).path("error")))
                .containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(json(openai.body()).at("/error/param").isNull()).isTrue();
        assertThat(keys(json(anthropic.body()))).containsExactlyInAnyOrder("type", "error", "request_id");
        assertThat(keys(json(anthropic.body()).path("error"))).containsExactlyInAnyOrder("type", "message");
        assertThat(anthropic.statusCode()).isEqualTo(502);
        assertThat(json(anthropic.body()).at("/error/type").asText()).isEqualTo("api_error");
        assertThat(openai.body() + anthropic.body()).doesNotContain("sk-", "secret");
    }

    @Test
    @Order(1)
    void endsBrokenStreamsWithAnErrorTheClientKnows() {
        provider.next(Collections.nCopies(12, "fake-cut-after-2").toArray(String[]::new));
        var chunks = post(COMPLETIONS, "{'model':'gpt-4o','stream':true,'messages':[{'role':'user','content':'x'}]}");
        provider.reset();
        provider.next(Collections.nCopies(12, "fake-cut-after-2").toArray(String[]::new));
        var events = post(
                MESSAGES, "{'model':'gpt-4o','max_tokens':9,'stream':true,'messages':[{'role':'user','content':'x'}]}");

        assertThat(chunks.body()).endsWith("data: [DONE]\n\n").doesNotContain("\"finish_reason\":\"stop\"");
        var last = events(chunks).getLast();
        assertThat(last.at("/error/code").asText()).isEqualTo("stream_interrupted");
        assertThat(keys(last)).containsExactlyInAnyOrder("error", "gateway");
        assertThat(keys(last.path("error"))).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(last.path("error").get("param").isNull()).isTrue();
        assertThat(last.at("/gateway/truncated").asBoolean()).isTrue();
        assertThat(keys(events(events).getLast())).containsExactlyInAnyOrder("type", "error");
        assertThat(events.body()).contains("event: error\n").doesNotContain("message_stop", "\"end_turn\"");
    }
}
