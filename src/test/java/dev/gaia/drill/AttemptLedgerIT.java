package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.CUT;
import static dev.gaia.drill.Play.Fault.SILENCE;
import static dev.gaia.drill.Play.Fault.STALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.LogLines;
import dev.gaia.database.TestDatabase;
import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the database after a call: one row for each attempt, one for what the caller is charged. */
class AttemptLedgerIT {

    private static final String KEY = "the-configured-key";
    private static final int MIDDLE = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static DrillProvider provider;
    private static TestDatabase database;
    private static Hub hub;
    private static DrillClient client;

    @BeforeAll
    static void start() throws IOException {
        var models = Files.writeString(folder.resolve("models.yaml"), """
                models:
                  - {id: drill-fallback-claude, provider: claude, prefill: native, price: {input: 3, output: 15}}
                  - {pattern: "drill-openai-slow-*", provider: openai, limits: {first-token-timeout: 30s, whole-timeout: 30s}}
                  - {pattern: "drill-openai-once-*", provider: openai, fallbacks: [drill-fallback-claude], limits: {per-candidate-max: 1}}
                  - {pattern: "drill-openai-let-on-*", provider: openai, fallbacks: [drill-fallback-claude], limits: {refusal-fallback: 0f4e7c1a-2b3d-4c5e-8f60-718293a4b5c6}}
                  - {pattern: "drill-openai-repeated-*", provider: openai, price: {input: 10, cached: 1, output: 20}}
                  - {pattern: "drill-openai-*", provider: openai, price: {input: 1, output: 2}, fallbacks: [drill-fallback-claude]}
                """);
        provider = DrillProvider.start(0);
        database = TestDatabase.migrated();
        database.execute("insert into users (id, email, name)"
                + " values ('0f4e7c1a-2b3d-4c5e-8f60-718293a4b5c6', 'dev@gaia.local', 'Development')");
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        settings.put("gaia.database.url", database.url());
        settings.put("gaia.auth.api-key", KEY);
        settings.put("gaia.chat.models-file", models.toString());
        settings.put("gaia.provider.endpoints.openai.base-url", "http://127.0.0.1:" + provider.port() + "/v1");
        settings.put("gaia.provider.endpoints.openai.key", "key-of-openai");
        settings.put("gaia.provider.endpoints.anthropic.base-url", "http://127.0.0.1:" + provider.port());
        settings.put("gaia.provider.endpoints.anthropic.key", "key-of-anthropic");
        hub = Hub.with(settings).start();
        client = new DrillClient(
                hub.baseUrl(), "/api/v1/chat/completions", new DrillClient.Credentials("X-API-Key", () -> KEY));
    }

    @AfterAll
    static void stop() {
        client.close();
        hub.close();
        database.close();
        provider.close();
    }

    private static Seen ask(String name, boolean stream, Play primary) throws InterruptedException {
        provider.play(name, new Script(List.of(primary), List.of(Play.well())));
        return client.ask(DrillClient.body(name, "drill-openai-" + name, stream), Map.of());
    }

    /** The attempts of a call as {@code number provider outcome status input output estimated cancelled_by cost}. */
    private static List<String> attempts(String name, int rows) {
        var query = "select concat_ws(' ', number, provider, outcome, coalesce(status::text, '-'),"
                + " coalesce(input_tokens::text, '-'), output_tokens, estimated, coalesce(cancelled_by, '-'),"
                + " coalesce(trim_scale(cost_usd)::text, '-')) from chat_attempts where request_id ="
                + " (select request_id from chat_attempts where model = 'drill-openai-" + name + "' limit 1)"
                + " order by number";
        await().untilAsserted(() -> assertThat(database.column(query)).hasSize(rows));
        return database.column(query);
    }

    private static long charges() {
        return Long.parseLong(database.value("select count(*) from api_usage_costs"));
    }

    /** What the newest answer costs its caller, as {@code provider model tokens}; there must be one more than before. */
    private static String charged(long before) {
        await().untilAsserted(() -> assertThat(charges()).isEqualTo(before + 1));
        return database.value("select concat_ws(' ', provider_key, model, tokens) from api_usage_costs"
                + " order by id desc limit 1");
    }

    private static JsonNode usage(Seen seen) {
        return seen.events().stream()
                .map(event -> event.path("usage"))
                .filter(JsonNode::isObject)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void chargesTheModelThatAnsweredAtItsPriceAndFailedAttemptsNothing(boolean stream) throws Exception {
        var name = "fail-over-" + stream;
        long before = charges();

        var seen = ask(name, stream, Play.status(503));

        assertThat(seen.whole()).isTrue();
        assertThat(attempts(name, 3))
                .containsExactly(
                        "1 openai transient 503 - 0 f - -",
                        "2 openai transient 503 - 0 f - -",
                        "3 claude ok 200 20 60 f - 0.00096");
        assertThat(charged(before)).isEqualTo("claude drill-fallback-claude 80");
        assertThat(usage(seen).path("total_tokens").asInt()).isEqualTo(80);
        assertThat(seen.gateway().has("usage_estimated")).isFalse();
    }

    /** Whom a refusal is to stop is the decision of whoever runs this (failures F13). */
    @ParameterizedTest
    @CsvSource({"let-on-policy, 2, true", "stopped-policy, 1, false"})
    void takesARefusedCallToAnotherModelForTheCallersThatAreNamed(String name, int rows, boolean answered)
            throws Exception {
        var seen = ask(name, false, Play.status(400).code("content_policy_violation"));

        assertThat(seen.header("x-gateway-attempts")).isEqualTo(Integer.toString(rows));
        assertThat(seen.header("x-gateway-failures")).isEqualTo(answered ? "" : "refusal");
        assertThat(attempts(name, rows).getFirst()).startsWith("1 openai refusal 400");
        assertThat(seen.whole()).isEqualTo(answered);
    }

    /** What the provider had kept of the question costs less, in the ledger as for the caller. */
    @Test
    void writesWhatAnAttemptCostsWithWhatItsProviderHadKept() throws Exception {
        var events = """
                data: {"choices":[{"index":0,"delta":{"content":"Yes."},"finish_reason":"stop"}]}

                data: {"choices":[],"usage":{"prompt_tokens":1000,"prompt_tokens_details":{"cached_tokens":900},"completion_tokens":50}}

                data: [DONE]

                """;

        ask("repeated-question", true, Play.cut(events, Integer.MAX_VALUE));

        assertThat(attempts("repeated-question", 1)).containsExactly("1 openai ok 200 1000 50 f - 0.0029");
        assertThat(database.value("select trim_scale(total_cost)::text from api_usage_costs order by id desc limit 1"))
                .isEqualTo("0.0029");
    }

    @Test
    void asksAModelAsOftenAsItsOwnLimitInTheCatalogueSays() throws Exception {
        long before = charges();

        var seen = ask("once-only", false, Play.status(503));

        assertThat(seen.whole()).isTrue();
        assertThat(attempts("once-only", 2))
                .containsExactly("1 openai transient 503 - 0 f - -", "2 claude ok 200 20 60 f - 0.00096");
        assertThat(charged(before)).isEqualTo("claude drill-fallback-claude 80");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leadsByOneIdFromTheAnswerToAllAttempts(boolean answered) throws Exception {
        var name = "traced-" + answered;
        var id = "id-of-the-caller-" + answered;
        var fallback = answered ? Play.well() : Play.status(400);
        provider.play(name, new Script(List.of(Play.status(503)), List.of(fallback)));

        Seen seen;
        String log;
        try (var lines = LogLines.begin()) {
            seen = client.ask(DrillClient.body(name, "drill-openai-" + name, false), Map.of("X-Request-Id", id));
            log = lines.text();
        }

        assertThat(seen.status() == 200).isEqualTo(answered);
        assertThat(seen.header("x-request-id")).isEqualTo(id);
        assertThat(seen.header("x-gateway-attempts")).isEqualTo("3");
        assertThat(seen.header("x-gateway-failures")).isEqualTo(answered ? "" : "transient, transient, request");
        assertThat(provider.asked(name)).extracting(Asked::requestId).containsExactly(id, id, id);
        assertThat(attempts(name, 3)).hasSize(3);
        assertThat(database.column(
                        "select distinct request_id from chat_attempts where model = 'drill-openai-" + name + "'"))
                .containsExactly(id);
        assertThat(log)
                .contains(
                        "request " + id + ": attempt 1 at openai drill-openai-" + name
                                + " ended transient (status 503)",
                        "request " + id + ": attempt 2 at openai");
        assertThat(log.contains("attempt 3 at claude")).isNotEqualTo(answered);
    }

    @Test
    void addsUpTheUsageOfAResumedStreamAndMarksWhatItCounted() throws Exception {
        long before = charges();

        var seen = ask("resumed", true, Play.fault(CUT, MIDDLE));

        assertThat(seen.whole()).isTrue();
        var rows = attempts("resumed", 2);
        assertThat(rows.getFirst()).matches("1 openai broken - \\d+ \\d+ t - 0\\.\\d+");
        assertThat(rows.getLast()).isEqualTo("2 claude ok 200 20 60 f - 0.00096");
        long input = Long.parseLong(rows.getFirst().split(" ", -1)[4]);
        long output = Long.parseLong(rows.getFirst().split(" ", -1)[5]);
        assertThat(output).isPositive();
        assertThat(usage(seen).path("prompt_tokens").asLong()).isEqualTo(input + 20);
        assertThat(usage(seen).path("completion_tokens").asLong()).isEqualTo(output + 60);
        assertThat(seen.gateway().path("usage_estimated").asBoolean()).isTrue();
        assertThat(seen.gateway().at("/served/0/completion_tokens").asLong()).isEqualTo(output);
        assertThat(seen.gateway().at("/served/1/model").asText()).isEqualTo("drill-fallback-claude");
        assertThat(charged(before)).endsWith(" " + (input + output + 80));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/chat", "/api/v0.2/chat/stream"})
    void keepsTheJoinedTextOnceWithAllModelsThatWroteIt(String path) throws Exception {
        long before = charges();
        var name = "kept" + path.replaceAll("\\W", "-");
        provider.play(name, new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(Play.well())));
        var id = JSON.readTree(hub.post("/api/v1/conversations", "{}", "X-API-Key", KEY)
                        .body())
                .path("id")
                .asText();

        hub.post(path, """
                {"message": "[drill %s] Say your forty parts.", "model": "drill-openai-%s", "stream": true,
                 "conversation_id": "%s"}
                """.formatted(name, name, id), "X-API-Key", KEY);

        var messages = JSON.readTree(hub.get("/api/v1/conversations/" + id + "/messages", "X-API-Key", KEY)
                        .body())
                .path("messages");
        assertThat(messages.findValuesAsText("role")).containsExactly("user", "assistant");
        var answer = messages.get(1);
        assertThat(answer.path("content").asText()).isEqualTo(DrillText.WHOLE);
        assertThat(answer.path("model").asText()).isEqualTo("drill-fallback-claude");
        assertThat(answer.path("served").findValuesAsText("provider")).containsExactly("openai", "claude");
        assertThat(answer.path("served").findValuesAsText("model"))
                .containsExactly("drill-openai-" + name, "drill-fallback-claude");
        assertThat(answer.at("/served/0/completion_tokens").asInt()).isPositive();
        assertThat(messages.get(0).has("served")).isFalse();
        assertThat(charged(before)).startsWith("claude drill-fallback-claude ");
    }

    @Test
    void keepsThemInADialogueThatIsNoConversationToo() throws Exception {
        long before = charges();
        provider.play("kept", new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(Play.well())));

        hub.post("/api/v1/chat", """
                {"message": "[drill kept] Say your forty parts.", "model": "drill-openai-kept", "stream": true}
                """, "X-API-Key", KEY);

        await().untilAsserted(() -> assertThat(
                        database.column("select concat_ws(' ', role, content = '" + DrillText.WHOLE
                                + "', served->0->>'model'," + " served->1->>'model') from chat_histories order by seq"))
                .containsExactly("user f", "assistant t drill-openai-kept drill-fallback-claude"));
        assertThat(charged(before)).startsWith("claude drill-fallback-claude ");
    }

    @Test
    void recordsWhatACutAnswerCostAlthoughNobodySawIt() throws Exception {
        long before = charges();

        var seen = ask("collected", false, Play.fault(CUT, MIDDLE));

        assertThat(seen.whole()).isTrue();
        assertThat(seen.fallback()).isTrue();
        assertThat(seen.resumed()).isFalse();
        var rows = attempts("collected", 2);
        assertThat(rows.getFirst()).matches("1 openai broken - \\d+ [1-9]\\d* t - 0\\.\\d+");
        assertThat(rows.getLast()).isEqualTo("2 claude ok 200 20 60 f - 0.00096");
        assertThat(charged(before)).isEqualTo("claude drill-fallback-claude 80");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waitsForAModelAsLongAsTheCatalogueSays(boolean stream) throws Exception {
        // longer than the settings allow a model to say nothing
        assertThat(ask("slow-" + stream, stream, Play.well().pace(2_000, 0)).whole())
                .isTrue();

        assertThat(attempts("slow-" + stream, 1).getFirst()).startsWith("1 openai ok ");
    }

    @Test
    void saysThatTheGatewayLeftASilentModel() throws Exception {
        assertThat(ask("silent", false, Play.fault(SILENCE, 0)).whole()).isTrue();

        assertThat(attempts("silent", 2).getFirst()).isEqualTo("1 openai silent - - 0 f gateway -");
    }

    @Test
    void saysThatTheCallerLeftAndCountsWhatTheCallerHad() throws Exception {
        provider.play("left", new Script(List.of(Play.fault(STALL, MIDDLE)), List.of(Play.well())));

        long before = charges();
        try (var socket = client.open(DrillClient.body("left", "drill-openai-left", true), Map.of())) {
            socket.readUntil("every");
        }

        var row = attempts("left", 1).getFirst();
        assertThat(row).matches("1 openai caller-gone - [1-9]\\d* [1-9]\\d* t caller 0\\.\\d+");
        assertThat(charged(before)).isEqualTo("openai_gpt drill-openai-left " + tokens(row));
        assertThat(database.value("select usage_metrics->>'cancelled' from api_usage_costs order by id desc limit 1"))
                .isEqualTo("true");
    }

    private static long tokens(String attempt) {
        var columns = attempt.split(" ", -1);
        return Long.parseLong(columns[4]) + Long.parseLong(columns[5]);
    }

    /** Whoever reads all and leaves before the end has had all the same (failures 7, F17). */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/v1/chat", "/api/v0.2/chat/stream"})
    void chargesOnceForWhatABrokenStreamDelivered(String path) throws Exception {
        long before = charges();
        var name = "cut-alone" + path.replaceAll("\\W", "-");
        provider.play(name, new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(Play.fault(CUT, 5))));

        hub.post(path, """
                {"message": "[drill %s] Say your forty parts.", "model": "drill-openai-%s", "stream": true,
                 "messages": [{"role": "user", "content": "[drill %s] Say your forty parts."}]}
                """.formatted(name, name, name), "X-API-Key", KEY);

        var rows = attempts(name, 2);
        assertThat(rows.getFirst()).matches("1 openai broken - \\d+ [1-9]\\d* t - 0\\.\\d+");
        assertThat(charged(before)).endsWith(" " + (tokens(rows.getFirst()) + tokens(rows.getLast())));
    }

    @Test
    void chargesNothingForACallThatDeliveredNothing() throws Exception {
        long before = charges();

        provider.play("nothing", new Script(List.of(Play.status(503)), List.of(Play.status(503))));
        assertThat(client.ask(DrillClient.body("nothing", "drill-openai-nothing", true), Map.of())
                        .status())
                .isEqualTo(500);
        assertThat(ask("nothing-later", false, Play.well()).whole()).isTrue();

        assertThat(charged(before)).startsWith("openai_gpt drill-openai-nothing-later ");
    }

    @Test
    void recordsWhatAModelHadSaidToACallerWhoLeftBeforeAWholeAnswer() throws Exception {
        var slow = Play.fault(STALL, MIDDLE).pace(0, 100);
        provider.play("left-whole", new Script(List.of(slow), List.of(Play.well())));

        try (var socket = client.open(DrillClient.body("left-whole", "drill-openai-left-whole", false), Map.of())) {
            // given a model that has said a part of it, piece by piece
            await().until(() -> provider.asked("left-whole").stream()
                    .anyMatch(one -> one.sentBytes() > DrillText.WHOLE.length() / 5));
            socket.leave();
        }

        assertThat(attempts("left-whole", 1).getFirst())
                .matches("1 openai caller-gone - [1-9]\\d* [1-9]\\d* t caller 0\\.\\d+");
    }

    /** What this side closed was cancelled by the gateway; what the provider ended was not (failures 7). */
    @ParameterizedTest
    @CsvSource({
        "STALL, true, broken, gateway",
        "STALL, false, broken, gateway",
        "MALFORMED_MUCH, true, broken, gateway",
        "ENDLESS, true, broken, gateway",
        "ENDLESS, false, broken, gateway",
        "CUT, true, broken, -",
        "ERROR_EVENT, true, transient, -",
    })
    void saysWhoEndedAnAnswerThatBroke(Play.Fault fault, boolean stream, String outcome, String by) throws Exception {
        var name = "ended-" + fault.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + stream;

        long before = charges();

        ask(name, stream, Play.fault(fault, MIDDLE));

        // An answer that another model wrote, or wrote to its end.
        charged(before);
        await().untilAsserted(() -> assertThat(database.column(
                        "select concat_ws(' ', outcome, coalesce(cancelled_by, '-')) from chat_attempts where model ="
                                + " 'drill-openai-" + name + "' order by number"))
                .startsWith(outcome + " " + by));
    }

    /** Who answers is chosen for each call anew (failures 5). */
    @Test
    void neverStoresAFallbackWithAConversation() throws Exception {
        provider.play(
                "anew", new Script(List.of(Play.status(503), Play.status(503), Play.well()), List.of(Play.well())));
        var id = JSON.readTree(hub.post("/api/v1/conversations", "{}", "X-API-Key", KEY)
                        .body())
                .path("id")
                .asText();

        for (boolean fallback : List.of(true, false)) {
            long before = charges();
            var answer = JSON.readTree(hub.post("/api/v1/chat", """
                    {"message": "[drill anew] Say your forty parts.", "model": "drill-openai-anew",
                     "conversation_id": "%s"}
                    """.formatted(id), "X-API-Key", KEY)
                    .body());

            assertThat(answer.path("provider").asText()).isEqualTo(fallback ? "claude" : "openai");
            assertThat(answer.at("/gateway/fallback_used").asBoolean()).isEqualTo(fallback);
            assertThat(answer.at("/gateway/attempts").asInt()).isEqualTo(fallback ? 3 : 1);
            charged(before);
        }
    }
}
