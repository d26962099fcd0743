package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.CUT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.rescue.Seam;
import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A recorded stream that is cut after every byte gives the whole answer once, or an error; never a third thing. Some
 * streams nobody may go on with, and some are gone on with in a way of their own.
 */
class DrillCutIT {

    private static final int AT_ONCE = 24;
    private static final int MIDDLE = 20;

    private static DrillProvider provider;
    private static DrillGaia gaia;
    private static HttpClient http;
    private static DrillClient client;

    /** One cut: where the stream comes from, who reads it, and after how many bytes it ends. */
    private record Cut(String wire, String client, String rescue, int bytes) {
        String name() {
            return wire + "-" + client + "-" + rescue + "-" + bytes;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        provider = DrillProvider.start(0);
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        // No model is slow here, but the machine may be.
        settings.put("gaia.provider.first-token-timeout", "10s");
        settings.put("gaia.provider.idle-timeout", "10s");
        gaia = DrillGaia.start("direct", provider.port(), settings);
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
    }

    @AfterAll
    static void stop() {
        client.close();
        http.shutdownNow();
        gaia.close();
        provider.close();
    }

    @ParameterizedTest
    @CsvSource({"OPENAI,openai", "OPENAI,anthropic", "ANTHROPIC,openai", "ANTHROPIC,anthropic"})
    void givesTheWholeTextOnceWhereverTheStreamIsCut(DrillWire wire, String reader) throws Exception {
        var events = Recorded.text(wire);

        assertThat(faults(wire, reader, "on", events, seen -> seen.wholeText() ? "" : seen.toString()))
                .isEmpty();
        assertThat(begun(wire.name().toLowerCase(Locale.ROOT) + "-" + reader + "-on-", Recorded.bytes(events)))
                .as("what the other model was given to go on with")
                .hasSizeGreaterThan(100)
                .allMatch(DrillCutIT::isText);
    }

    /** What the other model was told that was said already, for all cuts of this kind. */
    private static List<String> begun(String kind, int bytes) {
        return IntStream.rangeClosed(0, bytes)
                .mapToObj(at -> provider.asked(kind + at))
                .flatMap(List::stream)
                .filter(asked -> !asked.primary())
                .flatMap(asked -> asked.body().path("messages").valueStream())
                .filter(message -> "assistant".equals(message.path("role").asText()))
                .map(DrillText::text)
                .toList();
    }

    /** True when no picture, flag or character at the end is divided. */
    private static boolean isText(String begun) {
        var flag = "🇯🇵";
        char last = begun.charAt(begun.length() - 1);
        return last != Recorded.JOINER
                && !Character.isHighSurrogate(last)
                && !begun.endsWith(flag.substring(0, flag.length() / 2));
    }

    @ParameterizedTest
    @CsvSource({"OPENAI,anthropic", "ANTHROPIC,openai"})
    void saysThatTheTextIsNotWholeWhenNobodyMayGoOn(DrillWire wire, String reader) throws Exception {
        var events = Recorded.text(wire);

        assertThat(faults(
                        wire,
                        reader,
                        "off",
                        events,
                        seen -> seen.wholeText() || seen.interrupted() ? "" : seen.toString()))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"OPENAI,openai", "OPENAI,anthropic", "ANTHROPIC,openai", "ANTHROPIC,anthropic"})
    void neverPassesHalfACallOfAToolForAWholeOne(DrillWire wire, String reader) throws Exception {
        var events = Recorded.toolCall(wire);

        // Before the first piece another model is asked, which answers with the text.
        assertThat(faults(
                        wire,
                        reader,
                        "on",
                        events,
                        seen -> seen.wholeCall() || seen.wholeText() || seen.interrupted() ? "" : seen.toString()))
                .isEmpty();
    }

    /** Says what is wrong with what a client saw; empty when nothing is. */
    private interface Check {
        String fault(MessagesReader seen);
    }

    private static String faults(DrillWire wire, String reader, String rescue, String events, Check check)
            throws Exception {
        var places = new Semaphore(AT_ONCE);
        List<Future<String>> faults = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int bytes = 0; bytes <= Recorded.bytes(events); bytes++) {
                var cut = new Cut(wire.name().toLowerCase(Locale.ROOT), reader, rescue, bytes);
                faults.add(threads.submit(() -> {
                    places.acquire();
                    try {
                        var fault = check.fault(ask(cut, events));
                        return fault.isEmpty() ? "" : "after " + cut.bytes() + " bytes: " + fault + "\n";
                    } finally {
                        places.release();
                    }
                }));
            }
        }
        var found = new StringBuilder();
        for (var fault : faults) {
            found.append(fault.get());
        }
        return found.toString();
    }

    private static MessagesReader ask(Cut cut, String events) throws IOException, InterruptedException {
        boolean openAi = "openai".equals(cut.client());
        var name = cut.name() + (events.contains("weather") ? "-tool" : "");
        provider.play(name, new Script(List.of(Play.cut(events, cut.bytes())), List.of(Play.well())));
        var body = "{\"model\":\"drill-" + cut.wire() + "-cut\",\"stream\":true,\"max_tokens\":4000,"
                + "\"tools\":[%s],\"messages\":[{\"role\":\"user\",\"content\":\"[drill " + name + "] Say it.\"}]}";
        var tool = openAi
                ? "{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}}"
                : "{\"name\":\"weather\",\"input_schema\":{\"type\":\"object\"}}";
        var path = openAi ? "/v1/chat/completions" : "/v1/messages";
        var request =
                DrillPost.request(gaia.baseUrl(), path, body.formatted(tool)).header("X-Stream-Rescue", cut.rescue());
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode())
                .as("after %d bytes: %s", cut.bytes(), answer.body())
                .isEqualTo(200);
        return MessagesReader.of(path, answer.body());
    }

    private static Seen ask(String name, Play primary, ObjectNode body) throws InterruptedException {
        provider.play(name, new Script(List.of(primary), List.of(Play.well())));
        return client.ask(body, Map.of());
    }

    private static ObjectNode body(String name) {
        return DrillClient.body(name, "drill-openai-" + name, true);
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
        body.setAll((ObjectNode) new ObjectMapper().readTree(more));

        var seen = ask(name, Play.fault(CUT, MIDDLE), body);

        assertThat(seen.interrupted()).as(seen.summary()).isTrue();
        assertThat(provider.asked(name)).hasSize(1);
    }

    @Test
    void neverContinuesAnAnswerOf64KiB() throws Exception {
        var wire = DrillWire.OPENAI;
        var large = Recorded.begun(wire, wire.piece("m", "x".repeat(40_000)), wire.piece("m", "y".repeat(30_000)));

        var seen = ask("large", large, body("large"));

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
    void beginsAfreshWhenThereWereOnlyThoughts() throws Exception {
        var thoughts = Recorded.begun(DrillWire.OPENAI, Recorded.thought("Let me think."));

        var seen = ask("thoughts", thoughts, body("thoughts"));

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        // Chunks hold no thoughts, so that the client had nothing that could be gone on with.
        assertThat(seen.resumed()).isFalse();
        assertThat(seen.fallback()).isTrue();
        var again = provider.asked("thoughts").getLast().body();
        assertThat(again.path("messages")).hasSize(1);
        assertThat(again.at("/messages/0/role").asText()).isEqualTo("user");
    }

    /** What a client reads of a stream that is cut, and that another model is to go on with. */
    private static String goneOn(String path, String name, Play goesOn) throws Exception {
        return goneOn(path, name, Play.fault(CUT, MIDDLE), goesOn);
    }

    private static String goneOn(String path, String name, Play begins, Play goesOn) throws Exception {
        provider.play(name, new Script(List.of(begins), List.of(goesOn)));
        return DrillPost.stream(gaia.baseUrl(), path, name, "drill-anthropic-" + name);
    }

    /** A model that ends its answer for this reason, which is said letter by letter. */
    private static Play says(String reason, String text) {
        var pieces = text.codePoints().mapToObj(letter -> DrillWire.OPENAI.piece("m", Character.toString(letter)));
        return Recorded.ended(reason, pieces.toArray(String[]::new));
    }

    /** A model in Anthropic's form that says this and breaks off. */
    private static Play breaksOffAfter(String text) {
        var wire = DrillWire.ANTHROPIC;
        return Recorded.begun(wire, wire.opening("m").getLast(), wire.piece("m", text));
    }

    /** A block of code that is open where the stream was cut is opened again, or its first line is said again. */
    @ParameterizedTest
    @ValueSource(strings = {"```java\n", "\n```java\n", "\"", ""})
    void joinsWhatIsSaidAgainOfABlockOfCode(String before) throws Exception {
        int cut = DrillText.WHOLE.indexOf("int question");
        var begun = DrillText.WHOLE.substring(0, cut + 3);
        var name = "code-" + before.length();

        var streamed = goneOn(
                "/v1/chat/completions",
                name,
                breaksOffAfter(begun),
                says("stop", before + Seam.anchorOf(begun) + DrillText.WHOLE.substring(cut + 3)));

        assertThat(MessagesReader.openAi(streamed).wholeText()).as(streamed).isTrue();
        assertThat(provider.asked(name)).hasSize(2);
    }

    /** The answer was whole already: its last words, all of it or much of it come again, and nothing else. */
    @ParameterizedTest
    @ValueSource(ints = {0, 30, 1_000})
    void endsAnAnswerThatWasWholeButForItsEnd(int repeated) throws Exception {
        var whole = DrillText.WHOLE;
        var again = repeated == 0 ? Seam.anchorOf(whole) : whole.substring(0, Math.min(whole.length(), repeated));
        var name = "whole-" + repeated;

        var streamed = goneOn("/v1/messages", name, breaksOffAfter(whole), says("stop", again));

        assertThat(MessagesReader.anthropic(streamed).wholeText()).as(streamed).isTrue();
        assertThat(provider.asked(name)).hasSize(2);
    }

    /** A restart that differs, one that is cut itself, and what is too little to be one. */
    @ParameterizedTest
    @CsvSource({"differs,60,stop,but of other things.", "cut,60,length,''", "short,3,stop,''", "quoted,0,stop,..."})
    void usesNoContinuationThatDoesNotJoin(String kind, int repeated, String reason, String more) throws Exception {
        var name = "no-seam-" + kind;

        var streamed =
                goneOn("/v1/chat/completions", name, says(reason, DrillText.WHOLE.substring(0, repeated) + more));

        assertThat(MessagesReader.openAi(streamed).interrupted()).as(streamed).isTrue();
        assertThat(streamed).doesNotContain("other things");
    }

    /** The line breaks that an answer may begin with come once, though the next model begins with them too. */
    @Test
    void keepsOneOfTheLineBreaksThatBothAnswersBeginWith() throws Exception {
        var streamed =
                goneOn("/v1/chat/completions", "blank", breaksOffAfter("\n\n"), says("stop", "\n\n" + DrillText.WHOLE));

        assertThat(MessagesReader.openAi(streamed).text()).isEqualTo("\n\n" + DrillText.WHOLE);
    }

    /** Whoever goes on may think first: its thoughts decide nothing, and stand in the middle of no text (failures 11.4). */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages"})
    void letsTheModelThatGoesOnThinkBeforeItSpeaks(String path) throws Exception {
        var name = "thinks-first" + path.replace('/', '-');
        var begun = String.join("", DrillText.pieces(DrillText.WHOLE).subList(0, MIDDLE));
        var rest = DrillText.WHOLE.substring(begun.length());
        var speech = DrillWire.OPENAI.piece("m", Seam.anchorOf(begun) + rest);

        var streamed = goneOn(path, name, Recorded.ended("stop", Recorded.thought("Where was I?"), speech));

        assertThat(MessagesReader.of(path, streamed).wholeText()).as(streamed).isTrue();
        assertThat(streamed).doesNotContain("Where was I?", "thinking");
        assertThat(provider.asked(name)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages"})
    void handsOnNoCallOfAToolOfAContinuationThatIsNotUsed(String path) throws Exception {
        var name = "calls-instead" + path.replace('/', '-');

        var streamed = goneOn(path, name, Recorded.brokenCall());

        assertThat(MessagesReader.of(path, streamed).interrupted()).as(streamed).isTrue();
        assertThat(streamed).doesNotContain("weather");
    }

    @Test
    void neverContinuesAThinkingBlockOfAnAnthropicClient() throws Exception {
        var thinking = Recorded.begun(
                DrillWire.ANTHROPIC,
                event("{'type':'content_block_start','index':0,'content_block':{'type':'thinking','thinking':''}}"),
                event(
                        "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':'Let me'}}"));
        provider.play("thinking", new Script(List.of(thinking), List.of(Play.well())));

        var seen = MessagesReader.anthropic(
                DrillPost.stream(gaia.baseUrl(), "/v1/messages", "thinking", "drill-anthropic-thinking"));

        assertThat(seen.interrupted()).as(seen.toString()).isTrue();
        assertThat(provider.asked("thinking")).hasSize(1);
    }

    private static String event(String event) {
        var json = event.replace('\'', '"');
        return "event: " + json.substring(9, json.indexOf('"', 9)) + "\ndata: " + json + "\n\n";
    }
}
