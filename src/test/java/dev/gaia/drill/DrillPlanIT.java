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
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.rescue.Seam;
import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "structured|{\"response_format\":{\"type\":\"json_object\"}}",
                "log-probabilities|{\"logprobs\":true}",
                "hosted-search|{\"web_search_options\":{\"search_context_size\":\"low\"}}"
            })
    void neverContinuesAnAnswerThatCannotBeJoined(String name, String more) throws Exception {
        var body = body(name);
        body.setAll((ObjectNode) json(more));

        var seen = ask(name, Play.fault(CUT, MIDDLE), body);

        assertThat(seen.interrupted()).as(seen.summary()).isTrue();
        assertThat(provider.asked(name)).hasSize(1);
    }

    @Test
    void neverContinuesAnAnswerOf64KiB() throws Exception {
        var events = DrillWire.OPENAI.opening("m").getFirst()
                + DrillWire.OPENAI.piece("m", "x".repeat(40_000))
                + DrillWire.OPENAI.piece("m", "y".repeat(30_000));

        var seen = ask("large", Play.cut(events, Recorded.bytes(events)), body("large"));

        assertThat(seen.text()).hasSize(70_000);
        assertThat(seen.error().path("code").asText()).isEqualTo("stream_interrupted");
        assertThat(seen.gateway().path("truncated").asBoolean()).isTrue();
        assertThat(provider.asked("large")).hasSize(1);
    }

    @Test
    void endsAsTooLongWhenTheDeliveredTextUsedUpTheTokens() throws Exception {
        var seen = ask("used-up", Play.fault(CUT, MIDDLE), body("used-up").put("max_tokens", 25));

        assertThat(seen.finishReason()).isEqualTo("length");
        assertThat(seen.error().isMissingNode()).isTrue();
        assertThat(provider.asked("used-up")).hasSize(1);
        assertThat(seen.gateway().path("usage_estimated").asBoolean()).isTrue();
    }

    @Test
    void beginsAfreshWhenOnlyThoughtsWereForwarded() throws Exception {
        var events = DrillWire.OPENAI.opening("m").getFirst()
                + DrillWire.OPENAI.piece("m", "Let me think.").replace("\"content\":", "\"reasoning_content\":");

        var seen = ask("thoughts", Play.cut(events, Recorded.bytes(events)), body("thoughts"));

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.resumed()).isTrue();
        var again = provider.asked("thoughts").getLast().body();
        assertThat(again.path("messages")).hasSize(1);
        assertThat(again.at("/messages/0/role").asText()).isEqualTo("user");
    }

    /** Whoever goes on may think first: its thoughts decide nothing, and stand in the middle of no text (failures 11.4). */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages"})
    void letsTheModelThatGoesOnThinkBeforeItSpeaks(String path) throws Exception {
        var name = "thinks-first" + path.replace('/', '-');
        var begun = String.join("", DrillText.pieces(DrillText.WHOLE).subList(0, MIDDLE));
        var rest = DrillText.WHOLE.substring(begun.length());
        var wire = DrillWire.OPENAI;
        var events = wire.opening("m").getFirst()
                + wire.piece("m", "Where was I?").replace("\"content\":", "\"reasoning_content\":")
                + wire.piece("m", Seam.anchorOf(begun) + rest)
                + String.join("", wire.finish("m", "stop"))
                + wire.mark();
        var goesOn = Play.cut(events, Recorded.bytes(events));
        provider.play(name, new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(goesOn)));

        var streamed = stream(path, name, "drill-anthropic-" + name);

        var seen = path.contains("messages") ? MessagesReader.anthropic(streamed) : MessagesReader.openAi(streamed);
        assertThat(seen.wholeText()).as(streamed).isTrue();
        assertThat(streamed).doesNotContain("Where was I?", "thinking");
        assertThat(provider.asked(name)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages"})
    void handsOnNoCallOfAToolOfAContinuationThatIsNotUsed(String path) throws Exception {
        var name = "calls-instead" + path.replace('/', '-');
        var wire = DrillWire.OPENAI;
        var events = wire.opening("m").getFirst()
                + String.join("", wire.toolPieces("m"))
                + String.join("", wire.finish("m", "tool_calls"))
                + wire.mark();
        var another = Play.cut(events, Recorded.bytes(events));
        provider.play(name, new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(another)));

        var streamed = stream(path, name, "drill-anthropic-" + name);

        var seen = path.contains("messages") ? MessagesReader.anthropic(streamed) : MessagesReader.openAi(streamed);
        assertThat(seen.interrupted()).as(streamed).isTrue();
        assertThat(streamed).doesNotContain("weather");
    }

    /** Also while a model that goes on repeats what the client has, which may take as long (failures 11.5). */
    @ParameterizedTest
    @CsvSource({"/v1/chat/completions, false", "/v1/messages, false", "/v1/chat/completions, true", "/v1/messages, true"
    })
    void tellsClientsThatAnotherModelIsToGoOn(String path, boolean repeats) throws Exception {
        var name = "waits-" + repeats + path.replace('/', '-');
        var wire = DrillWire.OPENAI;
        var again = DrillText.pieces(DrillText.WHOLE).stream()
                .map(piece -> wire.piece("m", piece))
                .collect(Collectors.joining("", wire.opening("m").getFirst(), ""));
        var events = again + String.join("", wire.finish("m", "stop")) + wire.mark();
        var goesOn = repeats
                ? Play.cut(events, Recorded.bytes(events)).pace(0, 50)
                : Play.well().pace(1_000, 0);
        provider.play(name, new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(goesOn)));

        var streamed = stream(path, name, "drill-anthropic-" + name);

        boolean messages = path.contains("messages");
        var seen = messages ? MessagesReader.anthropic(streamed) : MessagesReader.openAi(streamed);
        assertThat(seen.wholeText()).as(streamed).isTrue();
        var told = messages ? "event: ping" : ": waiting";
        assertThat(streamed.lines().filter(told::equals).count()).as(streamed).isGreaterThanOrEqualTo(2);
    }

    /** Whoever vanished without a word is found by what is written to it (failures F19). */
    @ParameterizedTest
    @CsvSource({"/v1/chat/completions, : keep-alive", "/v1/messages, event: ping"})
    void writesSomethingToClientsWhoseModelIsQuiet(String path, String told) throws Exception {
        var name = "quiet" + path.replace('/', '-');
        provider.play(name, new Script(List.of(Play.fault(STALL, MIDDLE)), List.of(Play.well())));
        var credentials = DrillGaia.credentials();
        var request = HttpRequest.newBuilder(URI.create(gaia.baseUrl() + path))
                .header("Content-Type", "application/json")
                .header("X-Stream-Rescue", "off")
                .header(credentials.header(), credentials.value().get())
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"drill-openai-" + name
                        + "\",\"stream\":true,\"max_tokens\":4000,\"messages\":[{\"role\":\"user\",\"content\":\"[drill "
                        + name + "] Go.\"}]}"));
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
        var wire = DrillWire.OPENAI;
        var call = "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"weather\",\"arguments\":\"{}\"}}]";
        var events = wire.opening("m").getFirst()
                + wire.piece("m", "I look.").replace("\"content\":", call + ",\"content\":")
                + String.join("", wire.finish("m", "tool_calls"))
                + wire.mark();
        provider.play(name, new Script(List.of(Play.cut(events, Recorded.bytes(events))), List.of(Play.well())));

        var streamed = stream(path, name, "drill-openai-" + name);

        var seen = path.contains("messages") ? MessagesReader.anthropic(streamed) : MessagesReader.openAi(streamed);
        assertThat(seen.text()).as(streamed).isEqualTo("I look.");
        assertThat(seen.arguments()).isEqualTo("{}");
        assertThat(seen.ending()).startsWith("tool_");
    }

    /** A stream of either form, as it came. */
    private static String stream(String path, String name, String model) throws Exception {
        return path.contains("messages")
                ? message(name, model, true).body()
                : post(path, DrillClient.body(name, model, true).toString()).body();
    }

    @Test
    void neverContinuesAThinkingBlockOfAnAnthropicClient() throws Exception {
        var wire = DrillWire.ANTHROPIC;
        var events = wire.opening("m").getFirst()
                + event("{'type':'content_block_start','index':0,'content_block':{'type':'thinking','thinking':''}}")
                + event(
                        "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':'Let me'}}");
        provider.play("thinking", new Script(List.of(Play.cut(events, Recorded.bytes(events))), List.of(Play.well())));

        var seen = MessagesReader.anthropic(
                message("thinking", "drill-anthropic-thinking", true).body());

        assertThat(seen.interrupted()).as(seen.toString()).isTrue();
        assertThat(provider.asked("thinking")).hasSize(1);
    }

    /** What a client in Anthropic's form is answered, as it came. */
    private static HttpResponse<String> message(String name, String model, boolean stream) throws Exception {
        return post(
                "/v1/messages",
                "{\"model\":\"" + model + "\",\"stream\":" + stream
                        + ",\"max_tokens\":4000,\"messages\":[{\"role\":\"user\",\"content\":\"[drill " + name
                        + "] Go.\"}]}");
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        var credentials = DrillGaia.credentials();
        var request = HttpRequest.newBuilder(URI.create(gaia.baseUrl() + path))
                .header("Content-Type", "application/json")
                .header(credentials.header(), credentials.value().get())
                .POST(HttpRequest.BodyPublishers.ofString(body));
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void marksTheSeamAndTellsWhoAnsweredInTheFormOfMessages() throws Exception {
        provider.play("seam", new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(Play.well())));

        var streamed = message("seam", "drill-openai-seam", true).body();

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
        var whole = json(message("told", "drill-openai-told", false).body());
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
            var body = "{\"message\":\"[drill " + name + "] Go.\",\"stream\":true,\"provider\":\"openai\",\"model\":"
                    + "\"drill-openai-" + name + "\"}";

            var frames = post(path, body)
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
        var wire = DrillWire.OPENAI;
        var events = wire.opening("m").getFirst()
                + String.join("", wire.toolPieces("m"))
                + String.join("", wire.finish("m", "tool_calls"))
                + wire.mark();
        var bad = new Script(List.of(Play.cut(events, Recorded.bytes(events))), List.of(Play.well()));
        List.of("bad-call-told", "bad-call-stream", "bad-call-whole").forEach(name -> provider.play(name, bad));

        var told = client.ask(body("bad-call-told"), Map.of());
        var streamed = message("bad-call-stream", "drill-openai-bad-call-stream", true);
        var whole = message("bad-call-whole", "drill-openai-bad-call-whole", false);

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

    private static String event(String event) {
        var json = event.replace('\'', '"');
        return "event: " + json.substring(9, json.indexOf('"', 9)) + "\ndata: " + json + "\n\n";
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
