package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.selection.SelectModel;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.FakeModelProvider;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models, providers, performance and usage over HTTP, on real PostgreSQL. */
class FiguresIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String KEY = "the-configured-key";

    private static TestDatabase database;
    private static FakeModelProvider provider;
    private static Hub hub;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        provider = FakeModelProvider.start();
        hub = Hub.with(Map.of(
                        "gaia.database.url",
                        database.url(),
                        "gaia.auth.api-key",
                        KEY,
                        "gaia.chat.database-pause",
                        "200ms"))
                .with(provider.settings())
                .with("gaia.chat.usage.flush-interval", "20ms")
                .start();
    }

    @AfterAll
    static void stop() {
        hub.close();
        provider.close();
        database.close();
    }

    /** Answers are logged in order, behind the back of the tests that asked: after one more, none is left of those. */
    @BeforeEach
    void begin() {
        hub.post("/api/v1/chat", "{\"message\":\"Hello\",\"model\":\"gpt-6-astra\"}", "X-API-Key", KEY);
        await().untilAsserted(() -> assertThat(
                        database.value("select count(*) from api_usage_costs where model = 'gpt-6-astra'"))
                .isEqualTo("1"));
        provider.reset();
        database.execute("delete from api_usage_costs");
        database.execute("delete from chat_stream_preferences");
        hub.bean(PersonaCache.class).forget(Optional.empty());
        hub.send(hub.request("/api/v0.2/performance/reset", "X-API-Key", KEY)
                .DELETE()
                .build());
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static JsonNode get(String path) {
        var answer = hub.get(path, "X-API-Key", KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer.body());
    }

    private static void chat(String provider) {
        hub.post("/api/v1/chat", "{\"message\":\"Hello\",\"provider\":\"" + provider + "\"}", "X-API-Key", KEY);
    }

    private static JsonNode log(String item) {
        var answer = hub.post("/api/v0.2/usage/log", item.replace('\'', '"'), "X-API-Key", KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer.body());
    }

    @Test
    void listsModelsOfTheProvidersThatHaveAKey() {
        var all = get("/api/v1/models/");

        assertThat(all.path("total").asInt())
                .isEqualTo(all.path("models").size())
                .isPositive();
        assertThat(all.path("models").findValuesAsText("provider")).containsOnly("claude", "openai");
        assertThat(all.path("data")).hasSameSizeAs(all.path("models"));
        assertThat(get("/api/v0.2/models?provider=openai&capability=vision")
                        .path("models")
                        .findValuesAsText("provider"))
                .containsOnly("openai");
        assertThat(get("/api/v0.2/models?capability=smell").path("models")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o-mini,gpt-4o-mini", "claude-3-haiku-20240307,claude-haiku-4-5"})
    void describesAModelAlsoUnderANameOfOtherDays(String name, String id) {
        var model = get("/api/v0.2/models/" + name);

        assertThat(model.path("id").asText()).isEqualTo(id);
        assertThat(model.path("cost_per_input_token").asDouble()).isPositive().isLessThan(0.001);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v0.2/models/nope-1,Model not found: nope-1",
        "/api/v0.2/providers/nope,Provider nope not found",
        "/api/v0.2/providers/nope/models,Provider nope not found",
        "/api/v0.2/providers/nope/stats,Provider nope not found",
        "/api/v0.2/usage/current?provider=nope,Provider nope not found"
    })
    void refusesWhatItDoesNotHave(String path, String words) {
        var refused = hub.get(path, "X-API-Key", KEY);

        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(json(refused.body()).path("detail").asText())
                .startsWith("Service error: ")
                .contains(words);
    }

    @Test
    void listsWhatSelectionKnows() {
        assertThat(get("/api/v0.2/models/capabilities").path("total").asInt()).isEqualTo(7);
        assertThat(get("/api/v0.2/models/priorities").path("default").asText()).isEqualTo("balanced");
        assertThat(get("/api/v0.2/models/contexts").path("contexts").findValuesAsText("id"))
                .contains("greeting", "conversation", "technical", "creative", "vr", "emergency", "multimodal");
    }

    @Test
    void recommendsAndComparesModels() {
        var recommended = json(hub.post(
                        "/api/v0.2/models/recommend",
                        "{\"message\":\"Hi\",\"priority\":\"speed\",\"provider\":\"openai\"}",
                        "X-API-Key",
                        KEY)
                .body());

        assertThat(recommended.path("recommended_model").asText()).isEqualTo("gpt-6-luna");
        assertThat(recommended.path("confidence").asDouble()).isBetween(0.1, 1.0);
        assertThat(recommended.path("reasoning").asText()).contains("greeting");
        var compared = get("/api/v0.2/models/compare?model_ids=gpt-6-luna,claude-opus-5-5");
        assertThat(compared.at("/best_for/cost").asText()).isEqualTo("gpt-6-luna");
        assertThat(compared.at("/best_for/quality").asText()).isEqualTo("claude-opus-5-5");
        var refused = hub.get("/api/v0.2/models/compare?model_ids=gpt-4o", "X-API-Key", KEY);
        assertThat(refused.statusCode()).isEqualTo(400);
        var smell = hub.post(
                "/api/v0.2/models/recommend",
                "{\"message\":\"Hi\",\"required_capabilities\":[\"smell\"]}",
                "X-API-Key",
                KEY);
        assertThat(smell.statusCode()).isEqualTo(400);
        assertThat(smell.body()).contains("Invalid capability: smell");
    }

    @Test
    void tellsHowProvidersAreFromTheirAnswers() {
        assertThat(get("/api/v1/providers").path("health_status").asText()).isEqualTo("all_healthy");
        chat("openai");

        await().until(() -> get("/api/v0.2/providers/openai/stats")
                        .at("/stats/requests_count")
                        .asInt()
                == 1);
        var stats = get("/api/v0.2/providers/stats");
        assertThat(stats.at("/provider_stats/openai/total_tokens").asInt()).isPositive();
        assertThat(stats.at("/summary/total_errors").asInt()).isZero();
        assertThat(get("/api/v0.2/providers/openai/health").path("status").asText())
                .isEqualTo("healthy");
        assertThat(get("/api/v0.2/providers/openai").path("models").size()).isPositive();
        assertThat(get("/api/v0.2/providers/openai/models")
                        .at("/models/0/pricing")
                        .has("output_tokens_per_million"))
                .isTrue();
    }

    @Test
    void measuresTheRequestsOfThisProcess() {
        chat("claude");
        await().until(() -> get("/api/v0.2/performance/summary")
                        .at("/summary/total_requests")
                        .asInt()
                == 1);

        assertThat(get("/api/v0.2/performance/summary")
                        .at("/providers/claude/total_tokens")
                        .asInt())
                .isPositive();
        assertThat(get("/api/v0.2/performance/health").path("health_status").asText())
                .isEqualTo("healthy");
        assertThat(get("/api/v0.2/performance/stages?limit=5")
                        .path("limit_applied")
                        .asInt())
                .isEqualTo(5);
        assertThat(get("/api/v0.2/performance/providers")
                        .at("/providers/claude/status")
                        .asText())
                .isEqualTo("healthy");
        assertThat(get("/api/v0.2/performance/live")
                        .at("/active_requests/count")
                        .asInt())
                .isZero();
        assertThat(hub.get("/api/v0.2/performance/stages?limit=none", "X-API-Key", KEY)
                        .statusCode())
                .isEqualTo(422);
        var reset = json(hub.send(hub.request("/api/v0.2/performance/reset", "X-API-Key", KEY)
                        .DELETE()
                        .build())
                .body());
        assertThat(reset.at("/previous_data_summary/total_requests").asInt()).isEqualTo(1);
    }

    @Test
    void listsARequestWhileItIsAnswered() {
        provider.next("fake-slow-first-token-900ms");
        var asked = Thread.startVirtualThread(() -> chat("openai"));

        await().until(() ->
                get("/api/v0.2/performance/live").at("/active_requests/count").asInt() == 1);
        var live = get("/api/v0.2/performance/live").at("/active_requests/requests/0");
        assertThat(live.path("provider").asText()).isEqualTo("openai");
        await().until(() -> !asked.isAlive());
    }

    @Test
    void everyAnswerLogsItself() {
        chat("openai");

        await().until(() ->
                get("/api/v0.2/usage/current").path("total_requests").asInt() == 1);
        var usage = get("/api/v0.2/usage/current?provider=openai_gpt");
        assertThat(usage.at("/provider_usage/tokens").asInt()).isPositive();
        assertThat(usage.path("total_cost").asDouble()).isPositive().isLessThan(0.01);
        assertThat(usage.at("/providers/dalle/images").asInt()).isZero();
    }

    @Test
    void storesAUseOnceForEachRequest() {
        var first =
                log("{'provider':'dalle','operation':'image_generation','cost':'0.04','images':1,'request_id':'r1'}");
        var again = log("{'provider':'dalle','operation':'image_generation','cost':0.04,'images':1,'request_id':'r1'}");
        log("{'provider':'meshy','operation':'text_to_3d','cost':0.1,'credits':5}");

        assertThat(again.path("log_id")).isEqualTo(first.path("log_id"));
        assertThat(first.path("log_id").asText()).matches("usage_\\d{8}_\\d{6}_.+");
        var usage = get("/api/v0.2/usage/current");
        assertThat(usage.path("total_cost").decimalValue()).isEqualByComparingTo("0.14");
        assertThat(usage.path("total_images").asInt()).isEqualTo(1);
        assertThat(usage.path("total_3d_models").asInt()).isEqualTo(1);
        assertThat(get("/api/v0.2/usage/limits")
                        .at("/limits/meshy/credits_used")
                        .asInt())
                .isEqualTo(5);
        assertThat(get("/api/v0.2/usage/billing/current")
                        .at("/current_charges/usage_charges")
                        .decimalValue())
                .isEqualByComparingTo("0.14");
        var report = get("/api/v0.2/usage/reports/monthly");
        assertThat(report.at("/top_operations/0/operation").asText()).isEqualTo("text_to_3d");
        assertThat(report.at("/summary/unique_operations").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'operation':'x','cost':1} | 400",
                "{'provider':'dalle','operation':'x'} | 400",
                "{'provider':'dalle','operation':'x','cost':'much'} | 422",
                "{'provider':'dalle','operation':'x','cost':-1} | 422",
                "{'provider':'dalle','operation':'x','cost':1,'tokens':-1} | 422",
                "{'provider':7,'operation':'x','cost':1} | 422",
            })
    void refusesAUseThatIsNone(String item, int status) {
        var refused = hub.post("/api/v0.2/usage/log", item.replace('\'', '"'), "X-API-Key", KEY);

        assertThat(refused.statusCode()).isEqualTo(status);
    }

    @Test
    void tellsEveryDayUntilYesterday() {
        var yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
        log("{'provider':'dalle','operation':'image_generation','cost':0.04,'images':1}");
        database.execute("update api_usage_costs set created_at = '" + yesterday + " 12:00:00'");

        var history = get("/api/v0.2/usage/history?days=3&provider=dalle");

        assertThat(history.path("usage_history").findValuesAsText("date"))
                .containsExactly(
                        yesterday.minusDays(2).toString(),
                        yesterday.minusDays(1).toString(),
                        yesterday.toString());
        assertThat(history.at("/summary/peak_cost_day").asText()).isEqualTo(yesterday.toString());
        assertThat(history.at("/usage_history/2/breakdown/dalle/requests").asInt())
                .isEqualTo(1);
        assertThat(history.at("/provider_history/2/cost").asDouble()).isEqualTo(0.04);
    }

    @ParameterizedTest
    @ValueSource(strings = {"days=0", "days=367", "days=many"})
    void refusesDaysOutOfBounds(String query) {
        assertThat(hub.get("/api/v0.2/usage/history?" + query, "X-API-Key", KEY).statusCode())
                .isEqualTo(422);
    }

    @Test
    void refusesAMonthThatIsNone() {
        assertThat(hub.get("/api/v0.2/usage/reports/monthly?month=2026-13", "X-API-Key", KEY)
                        .statusCode())
                .isEqualTo(400);
        assertThat(get("/api/v0.2/usage/reports/monthly?month=2020-02")
                        .at("/summary/total_requests")
                        .asInt())
                .isZero();
    }

    @Test
    void ranksAndRecommendsModelsForStreams() {
        assertThat(get("/api/v0.2/chat/stream/models").path("models").findValuesAsText("provider"))
                .containsOnly("anthropic", "openai");
        var ranked = get("/api/v0.2/chat/stream/models/performance").path("rankings");
        assertThat(ranked.at("/fastest_ttft/0/ttft_ms").asInt())
                .isLessThanOrEqualTo(ranked.at("/fastest_ttft/1/ttft_ms").asInt());
        assertThat(get("/api/v0.2/chat/stream/models/recommend?message=Hello&priority=speed")
                        .at("/selection_criteria/priority")
                        .asText())
                .isEqualTo("speed");
        assertThat(get("/api/v0.2/chat/stream/models/vr-recommendation?max_latency_ms=700")
                        .path("ttft_ms")
                        .asInt())
                .isLessThanOrEqualTo(700);
        assertThat(hub.get("/api/v0.2/chat/stream/models/recommend", "X-API-Key", KEY)
                        .statusCode())
                .isEqualTo(422);
        assertThat(hub.get("/api/v0.2/chat/stream/models/vr-recommendation?max_latency_ms=-1", "X-API-Key", KEY)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void keepsWhatACallerPrefersForStreams() {
        var path = "/api/v0.2/chat/stream/models/user-preference";
        assertThat(get(path).path("has_preference").asBoolean()).isFalse();
        hub.post(path + "?model_id=gpt-4o&vr_mode=true", "", "X-API-Key", KEY);

        assertThat(get(path).at("/preference/vr_mode").asBoolean()).isTrue();
        assertThat(hub.post(path + "?model_id=nope-1", "", "X-API-Key", KEY).statusCode())
                .isEqualTo(400);
        var cleared = json(
                hub.send(hub.request(path, "X-API-Key", KEY).DELETE().build()).body());
        assertThat(cleared.path("had_preference").asBoolean()).isTrue();
        assertThat(get(path).has("default")).isTrue();
    }

    @Test
    void streamsThatNameNoModelAreAnsweredByThePreferredOne() {
        var path = "/api/v0.2/chat/stream/models/user-preference";
        var preferred = hub.bean(ModelCatalogue.class).find("gpt-4o").orElseThrow();
        assertThat(selection("'message':'Hello'").path("provider").asText()).isEqualTo("claude");

        hub.post(path + "?model_id=gpt-4o", "", "X-API-Key", KEY);

        var chosen = selection("'message':'Hello'");
        assertThat(chosen.path("model").asText()).isEqualTo(preferred.model());
        assertThat(chosen.path("provider").asText()).isEqualTo("openai");
        assertThat(chosen.path("reasoning").asText()).isEqualTo("Preferred model: " + preferred.model());
        assertThat(provider.lastRequest().orElseThrow().body().path("model").asText())
                .isEqualTo(preferred.model());
        // what the request names wins, and other surfaces are none of the preference's business
        assertThat(selection("'message':'Hello','model':'claude-sonnet-4-5'")
                        .path("model")
                        .asText())
                .isEqualTo("claude-sonnet-4-5");
        assertThat(selection("'message':'Hello','provider':'claude'")
                        .path("provider")
                        .asText())
                .isEqualTo("claude");
        assertThat(json(hub.post("/api/v0.2/chat", "{\"message\":\"Hello\"}", "X-API-Key", KEY)
                                .body())
                        .path("provider")
                        .asText())
                .isEqualTo("claude");

        hub.send(hub.request(path, "X-API-Key", KEY).DELETE().build());

        assertThat(selection("'message':'Hello'").path("provider").asText()).isEqualTo("claude");
    }

    @Test
    void aPreferenceThatAnotherProcessStoredCountsOnceItTellsSo() throws Exception {
        assertThat(selection("'message':'Hello'").path("provider").asText()).isEqualTo("claude");
        var user = database.value("select id from users where email = 'dev@gaia.local'");
        database.execute("insert into chat_stream_preferences (user_id, model_id, priority, vr_mode) values ('" + user
                + "', 'gpt-4o', 'balanced', false)");

        var told = new DefaultExchange(hub.camel());
        told.getMessage()
                .setBody(("{\"process\":\"another\",\"user_id\":\"" + user + "\"}").getBytes(StandardCharsets.UTF_8));
        hub.camel()
                .getRegistry()
                .lookupByNameAndType("dropChangedPersonas", Processor.class)
                .process(told);

        assertThat(selection("'message':'Hello'").path("provider").asText()).isEqualTo("openai");
    }

    @Test
    void aPreferredModelThatIsNoLongerOfferedIsReplacedByTheDefault() {
        hub.post("/api/v0.2/chat/stream/models/user-preference?model_id=gpt-4o", "", "X-API-Key", KEY);
        database.execute("update chat_stream_preferences set model_id = 'gone-1'");

        assertThat(selection("'message':'Hello'").path("reasoning").asText()).isEqualTo("Default model");
    }

    /** Semantics 13.2: when the caller leaves the choice to the platform, by the priority preferred. */
    @ParameterizedTest
    @CsvSource({"priority=cost,cost", "priority=cost&vr_mode=true,vr"})
    void thePreferredPriorityCountsWhereTheRequestNamesNone(String preference, String priority) {
        var free = "'message':'Tell me of the sea','auto_select_model':true,'force_provider':false";
        hub.post("/api/v0.2/chat/stream/models/user-preference?model_id=gpt-4o&" + preference, "", "X-API-Key", KEY);

        assertThat(selection(free).path("reasoning").asText()).contains("with priority " + priority);
        assertThat(selection(free + ",'priority':'quality'").path("reasoning").asText())
                .contains("with priority quality");
    }

    /** The frame in which a stream says which model answers. */
    private static JsonNode selection(String fields) {
        var answer = hub.post("/api/v0.2/chat/stream", "{" + fields.replace('\'', '"') + "}", "X-API-Key", KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body()
                .lines()
                .filter(line -> line.contains("\"model_selection\""))
                .map(line -> json(line.substring("data: ".length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError(answer.body()));
    }

    @Test
    void theDefaultPreferenceIsTheModelThatAnswersWithoutOne() {
        assertThat(get("/api/v0.2/chat/stream/models/user-preference")
                        .at("/default/model_id")
                        .asText())
                .isEqualTo(selection("'message':'Hello'").path("model").asText());
    }

    @Test
    void aPreferenceIsInTheDatabaseAndNeedsIt() {
        var path = "/api/v0.2/chat/stream/models/user-preference";
        hub.post(path + "?model_id=gpt-4o&priority=vr", "", "X-API-Key", KEY);
        assertThat(database.value("select model_id || ' ' || priority from chat_stream_preferences"))
                .isEqualTo("gpt-4o vr");
        database.execute("alter table chat_stream_preferences rename to preferences_away");
        try {
            assertThat(hub.get(path, "X-API-Key", KEY).statusCode()).isEqualTo(500);
            assertThat(hub.post(path + "?model_id=gpt-4o", "", "X-API-Key", KEY).statusCode())
                    .isEqualTo(500);
        } finally {
            database.execute("alter table preferences_away rename to chat_stream_preferences");
        }
        await().until(() -> hub.get(path, "X-API-Key", KEY).statusCode() == 200);
        assertThat(get(path).at("/preference/priority").asText()).isEqualTo("vr");
        assertThat(get(path).at("/preference/updated_at").asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    }

    /** Figures of usage never seem to be of nothing; those of performance need no database; nothing is lost. */
    @Test
    void tellsNoUsageWithoutTheDatabaseAndLosesNone() {
        database.execute("alter table api_usage_costs rename to usage_away");
        try {
            for (var path : List.of("current", "history?days=3", "limits", "billing/current", "reports/monthly")) {
                assertThat(hub.get("/api/v0.2/usage/" + path, "X-API-Key", KEY).statusCode())
                        .as(path)
                        .isEqualTo(500);
            }
            assertThat(hub.post(
                                    "/api/v0.2/usage/log",
                                    "{\"provider\":\"dalle\",\"operation\":\"image_generation\",\"cost\":1}",
                                    "X-API-Key",
                                    KEY)
                            .statusCode())
                    .isEqualTo(500);
            chat("claude");
            await().until(() -> get("/api/v0.2/performance/summary")
                            .at("/summary/total_requests")
                            .asInt()
                    == 1);
            for (var path : List.of("providers", "stages", "live", "health")) {
                get("/api/v0.2/performance/" + path);
            }
        } finally {
            database.execute("alter table usage_away rename to api_usage_costs");
        }
        await().untilAsserted(() -> assertThat(database.value("select count(*) from api_usage_costs"))
                .isEqualTo("1"));
        await().until(() -> hub.get("/api/v0.2/usage/current", "X-API-Key", KEY).statusCode() == 200);
        assertThat(get("/api/v0.2/usage/current").path("total_requests").asInt())
                .isEqualTo(1);
    }

    /** Semantics 13.2, calculated by hand from the figures of the catalogue. */
    @ParameterizedTest
    @CsvSource({
        "claude-sonnet-4-5, quality, technical, 1.498",
        "claude-haiku-5-5, speed, greeting, 1.165",
        "claude-haiku-5-5, vr, vr, 1.365",
        "claude-haiku-5-5, cost, conversation, 1.164",
        "claude-opus-5, balanced, creative, 0.794",
        "claude-opus-5, quality, multimodal, 1.874"
    })
    void scoresModelsAsTheContractSays(String id, String priority, String context, double score) {
        var model = hub.bean(ModelCatalogue.class).find(id).orElseThrow().entry();

        assertThat(hub.bean(SelectModel.class).score(model, priority, context)).isCloseTo(score, within(0.0005));
    }

    @Test
    void choosesTheBestModelWhenTheCallerLeavesTheChoice() {
        var request = "{\"message\":\"Debug this function\",\"auto_select_model\":true,\"force_provider\":%s}";

        var free = json(hub.post("/api/v0.2/chat", request.formatted(false), "X-API-Key", KEY)
                .body());
        var forced = json(hub.post("/api/v0.2/chat", request.formatted(true), "X-API-Key", KEY)
                .body());

        var best = hub.bean(SelectModel.class)
                .select(new SelectModel.Wish(
                        "Debug this function",
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()));
        assertThat(best.context().id()).isEqualTo("technical");
        assertThat(free.path("model").asText())
                .isEqualTo(best.best().getFirst().model().id());
        assertThat(free.path("reasoning").asText()).contains("technical", "quality");
        assertThat(forced.path("model").asText()).isEqualTo("claude-haiku-4-5");
    }
}
