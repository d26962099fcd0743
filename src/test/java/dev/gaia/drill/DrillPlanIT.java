package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.CUT;
import static dev.gaia.drill.Play.Fault.ENDLESS_TEXT;
import static dev.gaia.drill.Play.Fault.NO_PREFILL;
import static dev.gaia.drill.Play.Fault.STALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plan does beyond one call, and with calls of a particular kind: more than a row of the scorecard can say. */
class DrillPlanIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MIDDLE = 20;

    private static DrillProvider provider;
    private static DrillGaia gaia;
    private static DrillClient client;

    @BeforeAll
    static void start() throws IOException {
        provider = DrillProvider.start(0);
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        settings.put("gaia.provider.first-token-timeout", "5s");
        settings.put("gaia.provider.idle-timeout", "5s");
        settings.put("gaia.provider.rescue.waiting-interval", "300ms");
        settings.put("gaia.chat.keep-alive", "300ms");
        settings.put("gaia.provider.attempts.key-pause", "60s");
        settings.put("gaia.provider.attempts.key-pause-max", "600s");
        settings.put("gaia.provider.endpoints.openai.key", "first-key, second-key");
        gaia = DrillGaia.start("direct", provider.port(), settings);
        client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
    }

    @AfterAll
    static void stop() {
        client.close();
        gaia.close();
        provider.close();
    }

    private static Seen ask(String name, Play primary, ObjectNode body) throws InterruptedException {
        provider.play(name, new Script(List.of(primary), List.of(Play.well())));
        return client.ask(body, Map.of());
    }

    private static ObjectNode body(String name) {
        return DrillClient.body(name, "drill-openai-" + name, true);
    }

    @Test
    void remembersThatAModelRefusesTheBeginningOfItsAnswer() throws Exception {
        for (int turn = 0; turn < 2; turn++) {
            var name = "refused-prefill-" + turn;
            provider.play(name, new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(Play.fault(NO_PREFILL, 0))));

            assertThat(client.ask(body(name), Map.of()).whole()).isTrue();
            assertThat(provider.asked(name)).hasSize(turn == 0 ? 3 : 2);
        }
    }

    /** Also while a model that goes on repeats what the client has, which may take as long (failures 11.5). */
    @ParameterizedTest
    @CsvSource({"/v1/chat/completions, false", "/v1/messages, false", "/v1/chat/completions, true", "/v1/messages, true"
    })
    void tellsClientsThatAnotherModelIsToGoOn(String path, boolean repeats) throws Exception {
        var name = "waits-" + repeats + path.replace('/', '-');
        var again = DrillText.pieces(DrillText.WHOLE).stream()
                .map(piece -> DrillWire.OPENAI.piece("m", piece))
                .toArray(String[]::new);
        var goesOn = repeats
                ? Recorded.ended("stop", again).pace(0, 50)
                : Play.well().pace(1_000, 0);
        provider.play(name, new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(goesOn)));

        var streamed = DrillPost.stream(gaia.baseUrl(), path, name, "drill-anthropic-" + name);

        assertThat(MessagesReader.of(path, streamed).wholeText()).as(streamed).isTrue();
        var told = path.contains("messages") ? "event: ping" : ": waiting";
        assertThat(streamed.lines().filter(told::equals).count()).as(streamed).isGreaterThanOrEqualTo(2);
    }

    /** Whoever vanished without a word is found by what is written to it (failures F19). */
    @ParameterizedTest
    @CsvSource({"/v1/chat/completions, : keep-alive", "/v1/messages, event: ping"})
    void writesSomethingToClientsWhoseModelIsQuiet(String path, String told) throws Exception {
        var name = "quiet" + path.replace('/', '-');
        provider.play(name, new Script(List.of(Play.fault(STALL, MIDDLE)), List.of(Play.well())));
        var form = path.contains("messages") ? DrillForm.ANTHROPIC : DrillForm.OPENAI;
        var body = form.body(name, "drill-openai-" + name, true).toString();
        var request = DrillPost.request(gaia.baseUrl(), path, body).header("X-Stream-Rescue", "off");
        try (var http = HttpClient.newHttpClient();
                var lines = http.send(request.build(), HttpResponse.BodyHandlers.ofLines())
                        .body()) {
            assertThat(lines.anyMatch(told::equals)).isTrue();
        }
        await().untilAsserted(() ->
                assertThat(provider.asked(name).getFirst().leftNanos()).isPresent());
    }

    /** Some servers send all they have in one chunk. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages"})
    void losesNothingOfAChunkWithTextAndACallOfATool(String path) throws Exception {
        var name = "both" + path.replace('/', '-');
        var call = "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"weather\",\"arguments\":\"{}\"}}]";
        var both = DrillWire.OPENAI.piece("m", "I look.").replace("\"content\":", call + ",\"content\":");
        provider.play(name, new Script(List.of(Recorded.ended("tool_calls", both)), List.of(Play.well())));

        var streamed = DrillPost.stream(gaia.baseUrl(), path, name, "drill-openai-" + name);

        var seen = MessagesReader.of(path, streamed);
        assertThat(seen.text()).as(streamed).isEqualTo("I look.");
        assertThat(seen.arguments()).isEqualTo("{}");
        assertThat(seen.ending()).startsWith("tool_");
    }

    /** What a client in Anthropic's form is answered, as it came. */
    private static HttpResponse<String> message(String name, boolean stream) throws Exception {
        var body = DrillForm.ANTHROPIC.body(name, "drill-openai-" + name, stream);
        return DrillPost.post(gaia.baseUrl(), "/v1/messages", body);
    }

    @Test
    void marksTheSeamAndTellsWhoAnsweredInTheFormOfMessages() throws Exception {
        provider.play("seam", new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(Play.well())));

        var streamed = message("seam", true).body();

        assertThat(MessagesReader.anthropic(streamed).wholeText()).as(streamed).isTrue();
        assertThat(streamed.lines().filter(": resumed"::equals)).hasSize(1);
        var ending = streamed.lines()
                .filter(line -> line.startsWith("data: ") && line.contains("\"message_delta\""))
                .map(line -> json(line.substring(6)))
                .toList();
        assertThat(ending).hasSize(1);
        assertThat(ending.getFirst().at("/gateway/resumed").asBoolean()).isTrue();
        assertThat(ending.getFirst().at("/gateway/model").asText()).isEqualTo("drill-fallback-claude");
        assertThat(ending.getFirst().at("/gateway/served")).hasSize(2);

        provider.play("told", new Script(List.of(Play.status(503)), List.of(Play.well())));
        var whole = json(message("told", false).body());
        assertThat(whole.at("/gateway/attempts").asInt()).isEqualTo(3);
        assertThat(whole.at("/gateway/fallback_used").asBoolean()).isTrue();
    }

    @Test
    void keepsTheNameOfAModelWithinItsHeader() throws Exception {
        provider.play("odd", new Script(List.of(Play.well(), Play.status(400)), List.of(Play.well())));

        var seen = client.ask(DrillClient.body("odd", "drill-openai-né", false), Map.of());
        var refused = client.ask(DrillClient.body("odd", "drill-openai-odd\r\nX-Injected: yes é", false), Map.of());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.header("x-gateway-model")).isEqualTo("drill-openai-n?");
        assertThat(refused.status()).as(refused.summary()).isEqualTo(400);
        assertThat(refused.header("x-gateway-model")).isEqualTo("drill-openai-odd??X-Injected: yes ?");
        assertThat(refused.headers()).doesNotContainKey("x-injected");
    }

    /** The typed frames of v0.2 tell of the model that goes on; those of v0.3 go on without a word (failures 11.5). */
    @Test
    void tellsInTypedFramesThatAnotherModelGoesOn() throws Exception {
        for (var path : List.of("/api/v0.2/chat/stream", "/api/v0.3/chat")) {
            var name = path.contains("v0.2") ? "typed" : "worded";
            // v0.3 names no model, so that both are the drill's first one.
            provider.play(name, new Script(List.of(Play.fault(CUT, MIDDLE), Play.well()), List.of(Play.well())));
            var body = JsonNodeFactory.instance
                    .objectNode()
                    .put("message", "[drill " + name + "] Go.")
                    .put("stream", true)
                    .put("provider", "openai")
                    .put("model", "drill-openai-" + name);

            var frames = DrillPost.post(gaia.baseUrl(), path, body)
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("data: {"))
                    .map(line -> json(line.substring(6)))
                    .toList();

            var text = frames.stream()
                    .map(frame -> frame.path("content").asText(""))
                    .collect(Collectors.joining());
            assertThat(text).as(frames.toString()).isEqualTo(DrillText.WHOLE);
            if ("typed".equals(name)) {
                assertTyped(frames);
            }
        }
    }

    private static void assertTyped(List<JsonNode> frames) {
        var types = frames.stream().map(frame -> frame.path("type").asText()).toList();
        assertThat(types.stream().filter(type -> !"content".equals(type)))
                .containsExactly(
                        "start",
                        "ready",
                        "model_selection",
                        "error",
                        "fallback_attempt",
                        "model_selection",
                        "metadata",
                        "complete");
        int seam = types.indexOf("error");
        assertThat(types.subList(0, seam)).contains("content");
        assertThat(types.subList(seam, types.size())).contains("content");
        assertThat(frames.get(seam).path("provider").asText()).isEqualTo("openai");
        assertThat(frames.get(seam).path("fallback_available").asBoolean()).isTrue();
        assertThat(frames.get(seam + 1).path("resumed").asBoolean()).isTrue();
        assertThat(frames.get(seam + 2).path("model").asText()).isEqualTo("drill-fallback-claude");
        assertThat(frames.get(seam + 3).path("provider").asText()).isEqualTo("claude");
        var figures = frames.get(types.indexOf("metadata"));
        assertThat(figures.path("fallback_used").asBoolean()).isTrue();
        assertThat(figures.path("resumed").asBoolean()).isTrue();
    }

    /** Clients of messages parse the arguments; clients of chat completions are given them as they are (F26). */
    @Test
    void givesNoArgumentsOfToolsThatCannotBeParsed() throws Exception {
        var bad = new Script(List.of(Recorded.brokenCall()), List.of(Play.well()));
        List.of("bad-call-told", "bad-call-stream", "bad-call-whole").forEach(name -> provider.play(name, bad));

        var told = client.ask(body("bad-call-told"), Map.of());
        var streamed = message("bad-call-stream", true);
        var whole = message("bad-call-whole", false);

        assertThat(told.finishReason()).as(told.summary()).isEqualTo("tool_calls");
        assertThat(MessagesReader.anthropic(streamed.body()).ending()).isEmpty();
        assertThat(streamed.body()).contains("event: error").doesNotContain("message_stop");
        assertThat(whole.statusCode()).as(whole.body()).isEqualTo(502);
        assertThat(json(whole.body()).at("/error/type").asText()).isEqualTo("api_error");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stopsAModelThatSaysMoreThanItMay(boolean stream) throws Exception {
        var name = "runaway-" + stream;
        var body = DrillClient.body(name, "drill-openai-" + name, stream).put("max_tokens", 30);

        var seen = ask(name, Play.fault(ENDLESS_TEXT, 0), body);

        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.finishReason()).isEqualTo("length");
        assertThat(seen.gateway().path("usage_estimated").asBoolean()).isTrue();
        assertThat(seen.text()).hasSizeLessThan(1_000);
        assertThat(provider.asked(name)).hasSize(1);
        await().untilAsserted(() ->
                assertThat(provider.asked(name).getFirst().leftNanos()).isPresent());
    }

    @Test
    void usesTheNextKeyAtOnceAndLeavesTheRefusedOneAlone() throws Exception {
        var refused = Play.status(401).code("invalid_api_key");
        provider.play("keys", new Script(List.of(refused, Play.well()), List.of(Play.well())));

        var seen = client.ask(body("keys"), Map.of());

        assertThat(seen.whole()).isTrue();
        assertThat(seen.fallback()).isFalse();
        assertThat(seen.attempts()).isEqualTo(2);
        assertThat(provider.asked("keys").stream().map(Asked::key)).containsExactly("first-key", "second-key");

        ask("keys-later", Play.well(), body("keys-later"));
        assertThat(provider.asked("keys-later").stream().map(Asked::key)).containsExactly("second-key");
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
