package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.CUT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.LogLines;
import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of a call: to the client in headers, objects and errors, and to the log (failures 7 and 8). */
class DrillReportIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MIDDLE = 20;
    private static final String DIARY = "the-words-of-my-diary";
    private static final String KEY = "gsk_AbCdEf0123456789";

    @TempDir
    private static Path folder;

    private static DrillProvider provider;
    private static DrillGaia gaia;
    private static DrillClient client;

    @BeforeAll
    static void start() throws IOException {
        var models = Files.writeString(folder.resolve("models.yaml"), """
                models:
                  - {id: drill-fallback-claude, provider: claude, prefill: native, capabilities: [chat, streaming, tool_calling]}
                  - {id: drill-fallback-openai, provider: openai, prefill: native, capabilities: [chat, streaming, tool_calling]}
                  - {pattern: "drill-openai-*", provider: openai, fallbacks: [drill-fallback-claude, drill-fallback-openai]}
                """);
        provider = DrillProvider.start(0);
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        settings.put("gaia.chat.models-file", models.toString());
        settings.put("gaia.log-level", "INFO");
        gaia = DrillGaia.start("direct", provider.port(), settings);
        client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
    }

    @AfterAll
    static void stop() {
        client.close();
        gaia.close();
        provider.close();
    }

    private static JsonNode json(String text) throws IOException {
        return JSON.readTree(text);
    }

    /** A provider's words may quote the dialogue or a key; its class, status and code say enough. */
    @ParameterizedTest
    @CsvSource({"400, invalid_value", "401, invalid_api_key", "503, overloaded", "429, insufficient_quota"})
    void writesNoWordsOfAProviderIntoTheLog(int status, String code) throws Exception {
        var name = "quotes-" + status;
        var error = "{\"error\":{\"message\":\"invalid value '" + DIARY + "', key " + KEY
                + "\",\"type\":\"some_error\"," + "\"code\":\"" + code + "\"}}";
        var refused = Play.status(status).body(error);
        provider.play(name, new Script(List.of(refused), List.of(refused)));

        String log;
        try (var lines = LogLines.begin()) {
            for (var path : List.of("/v1/chat/completions", "/v1/messages", "/api/v1/chat", "/api/v0.2/chat/stream")) {
                var body = DrillForm.ANTHROPIC
                        .body(name, "drill-openai-" + name, path.contains("stream"))
                        .put("message", "[drill " + name + "] Go.")
                        .put("enable_fallback", false);
                DrillPost.post(gaia.baseUrl(), path, body);
            }
            log = lines.text();
        }

        assertThat(log).contains("(status " + status + ")").doesNotContain(DIARY, KEY);
        assertThat(log).contains(code);
    }

    @Test
    void writesNoWordsOfAnErrorInAStreamIntoTheLog() throws Exception {
        var error = "data: {\"error\":{\"message\":\"cannot go on after '" + DIARY + "' with " + KEY
                + "\",\"type\":\"server_error\",\"code\":\"overloaded\"}}\n\n";
        var broken = Recorded.begun(DrillWire.OPENAI, DrillWire.OPENAI.piece("m", "I look."), error);
        provider.play("quotes-later", new Script(List.of(broken), List.of(Play.well())));

        Seen seen;
        String log;
        try (var lines = LogLines.begin()) {
            seen = client.ask(
                    DrillClient.body("quotes-later", "drill-openai-quotes-later", true),
                    Map.of("X-Stream-Rescue", "off"));
            log = lines.text();
        }

        assertThat(seen.error().path("code").asText()).as(seen.summary()).isEqualTo("stream_interrupted");
        assertThat(log).contains("broke off").doesNotContain(DIARY, KEY);
    }

    /** Two models went on, one after the other: the answer names all three, with what each wrote. */
    @Test
    void namesAllWhoWroteAStreamThatWasResumedTwice() throws Exception {
        provider.play("two", new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(Play.fault(CUT, 10), Play.well())));

        var seen = client.ask(DrillClient.body("two", "drill-openai-two", true), Map.of());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(provider.asked("two")).hasSize(3);
        var gateway = seen.gateway();
        assertThat(gateway.path("resumed").asBoolean()).isTrue();
        assertThat(gateway.path("resumes").asInt()).isEqualTo(2);
        assertThat(gateway.path("attempts").asInt()).isEqualTo(3);
        assertThat(gateway.path("provider").asText()).isEqualTo("openai");
        assertThat(gateway.path("served").findValuesAsText("provider")).containsExactly("openai", "claude", "openai");
        assertThat(gateway.path("served").findValuesAsText("model"))
                .containsExactly("drill-openai-two", "drill-fallback-claude", "drill-fallback-openai");
        long sum = 0;
        for (var part : gateway.path("served")) {
            assertThat(part.path("completion_tokens").asLong()).isPositive();
            sum += part.path("completion_tokens").asLong();
        }
        var usage = seen.events().getLast().path("usage");
        assertThat(usage.path("completion_tokens").asLong()).isEqualTo(sum);
        var models = seen.events().stream()
                .map(event -> event.path("model").asText())
                .distinct()
                .toList();
        assertThat(models).containsExactly("drill-openai-two", "drill-fallback-claude", "drill-fallback-openai");
    }

    /** Overload is 529 for clients of Anthropic, and nothing else is (failures 8). */
    @ParameterizedTest
    @CsvSource({
        "503, overloaded, 529, overloaded_error",
        "529, overloaded_error, 529, overloaded_error",
        "500, server_error, 503, api_error",
        "502, bad_gateway, 503, api_error",
        "402, billing, 503, api_error",
        "429, insufficient_quota, 503, api_error",
        "429, rate_limit_exceeded, 429, rate_limit_error",
        "401, invalid_api_key, 502, api_error"
    })
    void tellsClientsOfMessagesOfAnOverloadOnlyWhenThereIsOne(int status, String code, int told, String type)
            throws Exception {
        var name = "refuses-" + status + "-" + code.replace('_', '-');
        provider.play(name, new Script(List.of(Play.status(status).code(code)), List.of(Play.well())));
        var body = DrillForm.ANTHROPIC.body(name, "drill-openai-" + name, false).put("enable_fallback", false);

        var answer = DrillPost.post(gaia.baseUrl(), "/v1/messages", body);
        var openAi = DrillPost.post(gaia.baseUrl(), "/v1/chat/completions", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(told);
        assertThat(json(answer.body()).at("/error/type").asText()).isEqualTo(type);
        assertThat(json(answer.body()).path("request_id").asText()).isNotEmpty();
        assertThat(openAi.statusCode()).isEqualTo(told == 529 ? 503 : told);
        assertThat(json(openAi.body()).at("/error/code").asText()).startsWith("upstream_");
    }

    /** Forms that are fixed to a few keys stay as they are; those of completions tell who answered (failures 7). */
    @ParameterizedTest
    @ValueSource(strings = {"direct", "mcp-agent", "orchestrated"})
    void tellsWhoAnsweredInTheFormOfCompletions(String variant) throws Exception {
        provider.play(variant, new Script(List.of(Play.status(503)), List.of(Play.well())));
        var body = DrillClient.body(variant, "drill-openai-" + variant, false)
                .put("message", "[drill " + variant + "] What is it?");

        var answer = json(
                DrillPost.post(gaia.baseUrl(), "/api/v1/chat/" + variant, body).body());

        assertThat(answer.at("/gateway/model").asText())
                .as(answer.toString())
                .isEqualTo(answer.path("model").asText());
        assertThat(answer.at("/gateway/attempts").asInt()).isPositive();
    }
}
