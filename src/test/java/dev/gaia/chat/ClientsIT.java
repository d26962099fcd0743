package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operations for clients that speak OpenAI's or Anthropic's own form, over HTTP, on models of either. */
class ClientsIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String KEY = "the-configured-key";
    private static final String COMPLETIONS = "/v1/chat/completions";
    private static final String MESSAGES = "/v1/messages";

    @TempDir
    private static Path folder;

    private static TestDatabase database;
    private static FakeModelProvider provider;
    private static Hub hub;

    @BeforeAll
    static void start() throws IOException {
        var models = Files.writeString(folder.resolve("models.yaml"), """
                models:
                  - {pattern: "gpt-whole-*", provider: openai, collect-streams: false}
                  - {pattern: "claude-whole-*", provider: claude, collect-streams: false}
                  - {pattern: "gpt-pieces-*", provider: openai}
                  - {pattern: "claude-pieces-*", provider: claude}
                """);
        database = TestDatabase.migrated();
        provider = FakeModelProvider.start();
        hub = Hub.with(Map.of(
                        "gaia.database.url",
                        database.url(),
                        "gaia.auth.api-key",
                        KEY,
                        "gaia.chat.models-file",
                        models.toString()))
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

    private static List<JsonNode> events(HttpResponse<String> answer) {
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> json(line.substring(6)))
                .toList();
    }

    @Test
    void listsModelsForBothKindsOfClients() {
        var list = hub.get("/v1/models", "Authorization", "Bearer " + KEY);

        assertThat(list.statusCode()).isEqualTo(200);
        var body = json(list.body());
        assertThat(body.path("object").asText()).isEqualTo("list");
        assertThat(body.at("/data/0/object").asText()).isEqualTo("model");
        assertThat(body.at("/data/0/display_name").asText()).isNotEmpty();
        var one = hub.get("/v1/models/gpt-4o", "X-API-Key", KEY);
        assertThat(json(one.body()).path("id").asText()).isEqualTo("gpt-4o");
    }

    @Test
    void refusesAModelItDoesNotHaveInTheListsOwnForm() {
        var refused = hub.get("/v1/models/nope", "X-API-Key", KEY);

        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(json(refused.body()).at("/error/message").asText()).contains("nope");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-6-luna", "claude-haiku-4-5"})
    void handsOverWhatTheOtherKindOfProviderUnderstands(String model) {
        var answer = post(
                MESSAGES,
                "{'model':'" + model + "','max_tokens':9,'system':'Be brief.','stop_sequences':['END'],'top_k':3,"
                        + "'messages':[{'role':'user','content':[{'type':'text','text':'Look'},{'type':'image',"
                        + "'source':{'type':'base64','media_type':'image/png','data':'AA=='}}]}]}");

        assertThat(answer.statusCode()).isEqualTo(200);
        var sent = provider.lastRequest().orElseThrow().body();
        if (model.startsWith("gpt")) {
            assertThat(sent.at("/messages/0/role").asText()).isEqualTo("system");
            assertThat(sent.at("/messages/1/content/1/image_url/url").asText()).isEqualTo("data:image/png;base64,AA==");
            assertThat(sent.path("max_completion_tokens").asInt()).isEqualTo(9);
            assertThat(sent.has("top_k")).isFalse();
        } else {
            assertThat(sent.path("system").asText()).isEqualTo("Be brief.");
            assertThat(sent.at("/messages/0/content/1/source/data").asText()).isEqualTo("AA==");
            assertThat(sent.path("stop_sequences").get(0).asText()).isEqualTo("END");
            assertThat(sent.path("top_k").asInt()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gpt, fake-echo", "gpt, fake-unicode", "gpt, fake-length", "gpt, fake-tool-call", "gpt, fake-two-tool-calls",
        "gpt, fake-refusal", "gpt, fake-no-usage", "claude, fake-echo", "claude, fake-unicode", "claude, fake-length",
        "claude, fake-tool-call", "claude, fake-two-tool-calls", "claude, fake-refusal"
    })
    void putsAStreamTogetherToTheAnswerThatTheModelWouldHaveGivenWhole(String family, String script) {
        var question = ",'max_tokens':500,'messages':[{'role':'user','content':'" + script + "'}]}";
        for (var path : List.of(COMPLETIONS, MESSAGES)) {
            var whole = post(path, "{'model':'" + family + "-whole-1'" + question);
            assertThat(provider.lastRequest()
                            .orElseThrow()
                            .body()
                            .path("stream")
                            .asBoolean())
                    .isFalse();
            var collected = post(path, "{'model':'" + family + "-pieces-1'" + question);
            assertThat(provider.lastRequest()
                            .orElseThrow()
                            .body()
                            .path("stream")
                            .asBoolean())
                    .isTrue();

            assertThat(collected.statusCode()).isEqualTo(whole.statusCode());
            assertThat(timeless(collected.body())).isEqualTo(timeless(whole.body()));
            assertThat(collected.headers().firstValue("X-Gateway-Attempts"))
                    .isEqualTo(whole.headers().firstValue("X-Gateway-Attempts"));
        }
    }

    /** An answer without what differs from one call to the next. */
    private static String timeless(String body) {
        return body.replaceAll("\"(id|created|request_id)\":(\"(chatcmpl|msg|req|call|toolu)[^\"]*\"|\\d+)", "")
                .replaceAll("-(whole|pieces)-1", "");
    }

    @Test
    void remembersNothing() {
        post(COMPLETIONS, "{'model':'gpt-4o','messages':[{'role':'user','content':'My name is Ann'}]}");

        var status = hub.get("/api/v1/chat/status", "X-API-Key", KEY);
        assertThat(json(status.body()).path("message_count").asInt()).isZero();
    }

    @Test
    void answersNamesOfOtherDaysWithTheModelThatReallyAnswered() {
        var answer = json(post(COMPLETIONS, "{'model':'gpt-3.5-turbo','messages':[{'role':'user','content':'Hello'}]}")
                .body());

        assertThat(answer.path("model").asText()).isEqualTo("gpt-6-luna");
        assertThat(provider.lastRequest().orElseThrow().body().path("model").asText())
                .isEqualTo("gpt-6-luna");
    }

    @Test
    void streamsCallsOfToolsToAnthropicClientsBlockAfterBlock() {
        provider.next("fake-two-tool-calls");
        var events = events(post(
                MESSAGES,
                "{'model':'gpt-6-luna','max_tokens':9,'stream':true,'messages':[{'role':'user','content':'x'}],"
                        + "'tools':[{'name':'get_weather','input_schema':{'type':'object'}}]}"));

        assertThat(events.getFirst().path("type").asText()).isEqualTo("message_start");
        assertThat(events.getLast().path("type").asText()).isEqualTo("message_stop");
        assertThat(events.stream()
                        .filter(event -> event.path("type").asText().startsWith("content_block_s"))
                        .map(event -> event.path("type").asText().substring(14)
                                + event.path("index").asInt()))
                .containsExactly("start0", "stop0", "start1", "stop1");
        assertThat(events.get(events.size() - 2).at("/delta/stop_reason").asText())
                .isEqualTo("tool_use");
        assertThat(events.get(events.size() - 2).at("/usage/output_tokens").asInt())
                .isPositive();
    }

    @Test
    void tellsUsageToClientsThatAskForIt() {
        var chunks = events(post(
                COMPLETIONS,
                "{'model':'claude-haiku-4-5','stream':true,'stream_options':{'include_usage':true},"
                        + "'messages':[{'role':'user','content':'Hello'}]}"));

        assertThat(chunks.getFirst().at("/choices/0/delta/role").asText()).isEqualTo("assistant");
        assertThat(chunks.getLast().path("choices")).isEmpty();
        assertThat(chunks.getLast().at("/usage/prompt_tokens").asInt()).isPositive();
    }

    @Test
    void estimatesUsageThatTheProviderDoesNotTell() {
        provider.next("fake-no-usage");
        var answer = json(post(COMPLETIONS, "{'model':'gpt-4o','messages':[{'role':'user','content':'Hello'}]}")
                .body());

        assertThat(answer.at("/usage/completion_tokens").asInt()).isPositive();
    }

    @Test
    void refusesStrangersInTheirForm() {
        var openai = hub.post(COMPLETIONS, "{}", "Authorization", "Bearer nobody");
        var anthropic = hub.post(MESSAGES, "{}", "x-api-key", "nobody");
        var nothing = hub.post(MESSAGES, "{}");

        assertThat(openai.statusCode()).isEqualTo(401);
        assertThat(json(openai.body()).at("/error/code").asText()).isEqualTo("invalid_api_key");
        assertThat(anthropic.statusCode()).isEqualTo(401);
        assertThat(json(anthropic.body()).at("/error/type").asText()).isEqualTo("authentication_error");
        assertThat(json(nothing.body()).path("type").asText()).isEqualTo("error");
    }

    @Test
    void takesNoKeyAsBearerElsewhere() {
        assertThat(hub.get("/api/v1/models", "Authorization", "Bearer " + KEY).statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/chat/completions | {'messages':[{'role':'user','content':'x'}]} | model",
                "/v1/chat/completions | {'model':'gpt-4o'} | messages",
                "/v1/chat/completions | {'model':'gpt-4o','n':2,'messages':[{'role':'user','content':'x'}]} | n must",
                "/v1/chat/completions | {'model':'gpt-4o','messages':[{'role':'king','content':'x'}]} | messages.0.role",
                "/v1/chat/completions | {'model':'gpt-4o','messages':[{'role':'user','content':7}]} | messages.0.content",
                "/v1/messages | {'model':'gpt-4o','messages':[{'role':'user','content':'x'}]} | max_tokens",
                "/v1/messages | {'model':'gpt-4o','max_tokens':1,'temperature':3,'messages':[{'role':'user','content':'x'}]} | temperature",
            })
    void refusesWhatNoModelCouldBeAsked(String path, String body, String word) {
        var refused = post(path, body);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused.body()).at("/error/type").asText()).isEqualTo("invalid_request_error");
        assertThat(json(refused.body()).at("/error/message").asText()).contains(word);
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void refusesArgumentsOfAToolThatAreNoJson() {
        var refused = post(
                COMPLETIONS,
                "{'model':'claude-haiku-4-5','messages':[{'role':'user','content':'x'},{'role':'assistant',"
                        + "'tool_calls':[{'id':'a','type':'function','function':{'name':'n','arguments':'{'}}]},"
                        + "{'role':'tool','tool_call_id':'a','content':'x'}]}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused.body()).at("/error/message").asText()).contains("tool_calls");
    }

    @Test
    void countsTokensWithoutAskingAnyone() {
        var counted = post(
                MESSAGES + "/count_tokens",
                "{'model':'claude-haiku-4-5','messages':[{'role':'user','content':'Hello'}]}");

        assertThat(json(counted.body()).path("input_tokens").asInt()).isBetween(1, 20);
        assertThat(provider.requests()).isEmpty();
    }
}
