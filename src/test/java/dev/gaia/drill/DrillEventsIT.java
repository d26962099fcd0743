package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.PINGED_STALL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of which single events are odd: what is lost with an event is told, and what only looks like an end is none. */
class DrillEventsIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final DrillWire OPENAI = DrillWire.OPENAI;
    private static final int MIDDLE = 20;
    private static final String CALL = "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
            + "\"function\":{\"name\":\"weather\",\"arguments\":\"%s\"}}]}";
    private static final String FURTHER = "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"%s\"}}]}";

    private static DrillProvider provider;
    private static DrillGaia gaia;
    private static DrillClient client;

    @BeforeAll
    static void start() throws IOException {
        provider = DrillProvider.start(0);
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        // No model is slow here, but the machine may be.
        settings.put("gaia.provider.first-token-timeout", "10s");
        settings.put("gaia.provider.idle-timeout", "10s");
        settings.put("gaia.chat.keep-alive", "300ms");
        gaia = DrillGaia.start("direct", provider.port(), settings);
        client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
    }

    @AfterAll
    static void stop() {
        client.close();
        gaia.close();
        provider.close();
    }

    private static List<String> pieces() {
        return new ArrayList<>(DrillText.pieces(DrillText.WHOLE).stream()
                .map(piece -> OPENAI.piece("m", piece))
                .toList());
    }

    private static String joined(List<String> events) {
        return String.join("", events);
    }

    /** An event with a piece of a call, and this finish reason, {@code null} or in quotes. */
    private static String call(String delta, String arguments, String finish) {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                + delta.formatted(arguments.replace("\"", "\\\"")) + ",\"finish_reason\":" + finish + "}]}\n\n";
    }

    private static Play empty(Play play) {
        return Play.cut(
                play.body().replace("\"finish_reason\":null", "\"finish_reason\":\"\""),
                Recorded.bytes(play.body()) + Recorded.bytes(play.body()));
    }

    private static Seen ask(String name, boolean stream, String more, Play... primary) throws Exception {
        provider.play(name, new Script(List.of(primary), List.of(Play.well())));
        var body = DrillClient.body(name, "drill-openai-" + name, stream);
        body.setAll((ObjectNode) MAPPER.readTree(more));
        return client.ask(body, Map.of());
    }

    /** A client, or a link, that hears nothing for long takes the stream for broken, whatever its provider says. */
    @Test
    void tellsClientsThatAStreamIsAliveOfWhichOnlySignsOfLifeCome() throws Exception {
        var pinged = new Script(List.of(Play.fault(PINGED_STALL, MIDDLE)), List.of(Play.well()));
        provider.play("pinged", pinged);

        var stream = DrillPost.stream(gaia.baseUrl(), "/v1/chat/completions", "pinged", "drill-openai-pinged");

        // 2.5 s of pings, with a sign for each 300 ms
        assertThat(stream.lines().filter(line -> line.startsWith(": keep"))).hasSizeGreaterThan(3);
        assertThat(stream).contains("data: [DONE]");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesAnEmptyFinishReasonForNone(boolean stream) throws Exception {
        var name = "empty-finish-" + stream;

        var seen = ask(name, stream, "{}", empty(Recorded.ended("stop", joined(pieces()))));

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.fallback()).isFalse();
        assertThat(provider.asked(name)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neverTakesAStreamWithAnEmptyFinishReasonForComplete(boolean stream) throws Exception {
        var name = "only-empty-finish-" + stream;

        var seen = ask(name, stream, "{}", empty(Recorded.begun(OPENAI, joined(pieces().subList(0, MIDDLE)))));

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.fallback()).isTrue();
        assertThat(seen.resumed()).isEqualTo(stream);
        assertThat(provider.asked(name)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", ""})
    void countsAnEventThatHoldsTwoDocuments(String between) throws Exception {
        var name = "two-documents" + between.length();
        var events = pieces();
        var one = OPENAI.piece("m", "Nobody ");
        var other = OPENAI.piece("m", "reads this.");
        var second = between.isEmpty() ? other.substring("data: ".length()) : other;
        events.add(MIDDLE, one.strip() + between + second);

        var seen = ask(name, true, "{}", Recorded.ended("stop", joined(events)));

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.gateway().path("skipped_events").asInt()).isEqualTo(1);
        assertThat(provider.asked(name)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"3,1", "4,2"})
    void leavesOutThreeEventsAtMost(int broken, int asked) throws Exception {
        var name = "malformed-" + broken;
        var events = pieces();
        events.add(MIDDLE, OPENAI.broken().repeat(broken));

        var seen = ask(name, true, "{}", Recorded.ended("stop", joined(events)));

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.gateway().path("skipped_events").asInt()).isEqualTo(broken);
        assertThat(seen.resumed()).isEqualTo(asked > 1);
        assertThat(provider.asked(name)).hasSize(asked);
    }

    @Test
    void neverGoesOnWithADocumentOfWhichAnEventWasLeftOut() throws Exception {
        var events = pieces();
        events.add(MIDDLE, OPENAI.broken());

        var seen = ask(
                "malformed-structured",
                true,
                "{\"response_format\":{\"type\":\"json_object\"}}",
                Recorded.ended("stop", joined(events)));

        assertThat(seen.interrupted()).as(seen.summary()).isTrue();
        assertThat(provider.asked("malformed-structured")).hasSize(1);
    }

    @Test
    void neverGoesOnWithACallOfWhichAnEventWasLeftOut() throws Exception {
        assertThat(called(
                        "malformed-in-call",
                        OPENAI.piece("m", "Let me look. "),
                        call(CALL, "{\"ci", "null"),
                        OPENAI.broken(),
                        call(FURTHER, "\"}", "null")))
                .isEqualTo(1);
    }

    @Test
    void neverCallsACallThatWasLeftOutComplete() throws Exception {
        assertThat(called("malformed-call", OPENAI.piece("m", "Let me look. "), OPENAI.broken()))
                .isEqualTo(1);
    }

    @Test
    void neverCallsHalfACallCompleteThatEndsInItsFirstGoodEvent() throws Exception {
        assertThat(called(
                        "malformed-first-piece",
                        OPENAI.piece("m", "Let me look. "),
                        OPENAI.broken(),
                        call(FURTHER, "\"Paris\"}", "\"tool_calls\"")))
                .isEqualTo(1);
    }

    /** Requests after a stream of these events, which its client must take for interrupted. */
    private static int called(String name, String... events) throws Exception {
        var play = Recorded.ended("tool_calls", events);

        var seen = ask(name, true, "{}", Play.cut(play.body(), Recorded.bytes(play.body())));

        assertThat(seen.error().path("code").asText()).as(seen.summary()).isEqualTo("stream_interrupted");
        assertThat(seen.finishReason()).isNotIn("tool_calls", "stop");
        assertThat(seen.done()).isTrue();
        return provider.asked(name).size();
    }

    /** Nobody has read a word of it, so the model can be asked once more. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"call|{}", "structured|{\"response_format\":{\"type\":\"json_object\"}}", "whole-call|{}"})
    void asksAgainWhenWhatWasLeftOutCameBeforeTheFirstWord(String kind, String more) throws Exception {
        var name = "malformed-first-" + kind;
        var answer = "structured".equals(kind)
                ? Recorded.ended("stop", OPENAI.broken(), joined(pieces()))
                : Recorded.ended("tool_calls", OPENAI.broken());

        var seen = ask(name, !"whole-call".equals(kind), more, answer, Play.well());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.fallback()).isFalse();
        assertThat(provider.asked(name)).hasSize(2);
    }
}
