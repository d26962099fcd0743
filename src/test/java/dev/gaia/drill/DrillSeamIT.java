package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.CUT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.catalogue.TokenEstimate;
import dev.gaia.chat.rescue.Seam;
import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that go on with what another one began: what they may say, how long they may take to say it, what it costs. */
class DrillSeamIT {

    private static final int MIDDLE = 20;
    private static final String BEGUN =
            String.join("", DrillText.pieces(DrillText.WHOLE).subList(0, MIDDLE));
    private static final String REST = DrillText.WHOLE.substring(BEGUN.length());
    private static final String ANCHOR = Seam.anchorOf(BEGUN);
    private static final String SORRY = "I am sorry, but that is nothing I would ever go on with, whoever began it.";

    private static DrillProvider provider;
    private static DrillGaia gaia;

    @BeforeAll
    static void start() throws IOException {
        provider = DrillProvider.start(0);
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        // No model is slow here, but the machine may be.
        settings.put("gaia.provider.first-token-timeout", "10s");
        settings.put("gaia.provider.idle-timeout", "10s");
        settings.put("gaia.provider.rescue.waiting-interval", "300ms");
        settings.put("gaia.provider.rescue.unclear-max", "2s");
        gaia = DrillGaia.start("direct", provider.port(), settings);
    }

    @AfterAll
    static void stop() {
        gaia.close();
        provider.close();
    }

    /** What a client reads of a stream whose model plays the first, and that others are to go on with. */
    private static Seen ask(DrillForm form, String model, Play first, Play... others) throws InterruptedException {
        var path = form == DrillForm.OPENAI ? "/v1/chat/completions" : form.path();
        provider.play(model, new Script(List.of(first), List.of(others)));
        try (var client = new DrillClient(gaia.baseUrl(), form, path, DrillGaia.credentials())) {
            return client.ask(form.body(model, "drill-" + model, true), Map.of());
        }
    }

    private static Seen goneOn(DrillForm form, String model, Play... others) throws InterruptedException {
        return ask(form, model, Play.fault(CUT, MIDDLE), others);
    }

    private static String name(String model, DrillForm form) {
        return model + "-" + form.path().replaceAll("\\W+", "-");
    }

    private static String piece(String text) {
        return DrillWire.OPENAI.piece("m", text);
    }

    /** A piece of a model's words that say why it does not answer. */
    private static String refusal(String text) {
        return piece(text).replace("\"content\":", "\"refusal\":");
    }

    private static Play thinking(int thoughts, long paceMillis, String... more) {
        var events = Stream.concat(
                Stream.generate(() -> Recorded.thought("Where was I? ")).limit(thoughts), Arrays.stream(more));
        return Recorded.ended("stop", events.toArray(String[]::new)).pace(0, paceMillis);
    }

    private static String anthropic(String event) {
        var json = event.replace('\'', '"');
        return "event: " + json.substring(9, json.indexOf('"', 9)) + "\ndata: " + json + "\n\n";
    }

    // --- what was decided

    /** Another model would answer what this one would not (failures 11.1). */
    @ParameterizedTest
    @EnumSource(DrillForm.class)
    void neverContinuesAfterWordsOfARefusal(DrillForm form) throws Exception {
        var model = name("openai-refused", form);

        var seen = ask(form, model, Recorded.begun(DrillWire.OPENAI, refusal("I am sorry")), Play.well());

        assertThat(seen.error().isMissingNode()).as(seen.summary()).isFalse();
        assertThat(seen.finishReason()).isEmpty();
        assertThat(seen.truncated()).isTrue();
        assertThat(provider.asked(model)).hasSize(1);
    }

    /** The one that goes on may decide against it, with or without words: that is the end, and nobody else is asked. */
    @ParameterizedTest
    @CsvSource({
        "filtered,OPENAI",
        "filtered,ANTHROPIC",
        "words,OPENAI",
        "words,ANTHROPIC",
        "text,OPENAI",
        "error,ANTHROPIC"
    })
    void endsWithTheRefusalOfTheModelThatGoesOn(String how, DrillForm form) throws Exception {
        var model = name("anthropic-two-declined-" + how, form);
        var declined = switch (how) {
            case "filtered" -> Recorded.ended("content_filter");
            case "words" -> Recorded.ended("stop", refusal("I am sorry"));
            case "text" -> Recorded.ended("content_filter", piece(ANCHOR.substring(0, 5)));
            default -> Recorded.ended("stop", piece(ANCHOR.substring(0, 5)), filtered(DrillWire.OPENAI));
        };

        var seen = goneOn(form, model, declined, Play.well());

        assertThat(seen.finishReason()).as(seen.summary()).isEqualTo("content_filter");
        assertThat(seen.error().isMissingNode()).isTrue();
        assertThat(seen.text()).startsWith(BEGUN).doesNotContain(REST, SORRY);
        assertThat(seen.odd()).isEmpty();
        assertThat(provider.asked(model)).hasSize(2);
    }

    private static String filtered(DrillWire wire) {
        var data = "data: " + wire.error(400, "content_filter") + "\n\n";
        return wire == DrillWire.ANTHROPIC ? "event: error\n" + data : data;
    }

    /** An error that is a refusal is told as the ending it is (failures F28, F13). */
    @ParameterizedTest
    @CsvSource({"OPENAI,OPENAI", "OPENAI,ANTHROPIC", "ANTHROPIC,OPENAI", "ANTHROPIC,ANTHROPIC"})
    void endsAsRefusedWhenTheErrorInTheStreamIsARefusal(DrillWire wire, DrillForm form) throws Exception {
        var model = name(wire == DrillWire.OPENAI ? "openai-stopped" : "anthropic-stopped", form);
        var stopped = Recorded.begun(
                wire,
                wire == DrillWire.ANTHROPIC ? wire.opening("m").get(1) : "",
                wire.piece("m", "Half of "),
                filtered(wire));

        var seen = ask(form, model, stopped, Play.well());

        assertThat(seen.finishReason()).as(seen.summary()).isEqualTo("content_filter");
        assertThat(seen.text()).isEqualTo("Half of ");
        assertThat(seen.error().isMissingNode()).isTrue();
        assertThat(seen.truncated()).isFalse();
        assertThat(seen.odd()).isEmpty();
        assertThat(provider.asked(model)).hasSize(1);
    }

    /** Anthropic gives the words of a refusal with the stop reason. */
    @ParameterizedTest
    @EnumSource(DrillForm.class)
    void saysOnceWhyAModelStopped(DrillForm form) throws Exception {
        var wire = DrillWire.ANTHROPIC;
        var model = name("anthropic-explains", form);
        var stopped = Recorded.begun(
                wire,
                wire.opening("m").get(1),
                wire.piece("m", "Half."),
                anthropic("{'type':'content_block_stop','index':0}"),
                anthropic("{'type':'message_delta','delta':{'stop_reason':'refusal','stop_details':"
                        + "{'explanation':'Not this.'}},'usage':{'output_tokens':3}}"),
                wire.mark());

        var seen = ask(form, model, stopped, Play.well());

        assertThat(seen.finishReason()).as(seen.summary()).isEqualTo("content_filter");
        assertThat(seen.events().toString().split("Not this", -1)).hasSize(2);
    }

    /** Sources that were named belong to the model that named them (failures 11.1). */
    @ParameterizedTest
    @EnumSource(DrillWire.class)
    void neverContinuesAnAnswerThatHasNamedSources(DrillWire wire) throws Exception {
        var model = wire == DrillWire.OPENAI ? "openai-cites" : "anthropic-cites";
        var cited = wire == DrillWire.OPENAI
                ? piece("The grass ")
                        .replace("\"content\":", "\"annotations\":[{\"type\":\"url_citation\"}],\"content\":")
                : wire.opening("m").get(1)
                        + wire.piece("m", "The grass ")
                        + anthropic("{'type':'content_block_delta','index':0,'delta':{'type':'citations_delta',"
                                + "'citation':{'type':'char_location','cited_text':'green'}}}");

        var seen = ask(DrillForm.OPENAI, model, Recorded.begun(wire, cited), Play.well());

        assertThat(seen.text()).isEqualTo("The grass ");
        assertThat(seen.error().path("code").asText()).isEqualTo("stream_interrupted");
        assertThat(provider.asked(model)).hasSize(1);
    }

    // --- how long it may take

    /** What the one that goes on thinks is no text: the time it has to become clear begins with its first word. */
    @Test
    void givesAModelThatThinksTimeToSpeak() throws Exception {
        var seen = goneOn(
                DrillForm.OPENAI,
                "anthropic-thinks-long",
                thinking(6, 250, piece(ANCHOR.substring(0, 5)), piece(ANCHOR.substring(5) + REST)));

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(provider.asked("anthropic-thinks-long")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages"})
    void tellsClientsThatTheModelWhichGoesOnThinks(String path) throws Exception {
        var name = "thinks" + path.replace('/', '-');
        var goesOn = thinking(20, 50, piece(ANCHOR + REST));
        provider.play(name, new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(goesOn)));

        var streamed = DrillPost.stream(gaia.baseUrl(), path, name, "drill-anthropic-" + name);

        assertThat(MessagesReader.of(path, streamed).wholeText()).as(streamed).isTrue();
        var told = path.contains("messages") ? "event: ping" : ": waiting";
        assertThat(streamed.lines().filter(told::equals).count()).as(streamed).isBetween(3L, 10L);
    }

    // --- what it costs and who is named

    /** What was said in vain is paid for, and who said it is not named (failures 11.5, 11.6). */
    @ParameterizedTest
    @ValueSource(strings = {"rejected", "cut"})
    void chargesForWordsThatWereNotUsed(String how) throws Exception {
        var model = "anthropic-two-vain-" + how;
        var words = "rejected".equals(how) ? SORRY : ANCHOR.substring(0, ANCHOR.length() - 1);
        var vain = Recorded.begun(DrillWire.OPENAI, piece(words));

        var seen = goneOn(DrillForm.OPENAI, model, vain, Play.well());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        var served = seen.gateway().path("served");
        assertThat(served.findValuesAsText("model")).containsExactly("drill-" + model, "drill-fallback-claude");
        long named = served.findValues("completion_tokens").stream()
                .mapToLong(tokens -> tokens.asLong())
                .sum();
        assertThat(usage(seen, "completion_tokens") - named).isEqualTo(TokenEstimate.of(words));
        assertThat(provider.asked(model)).hasSize(3);
    }

    private static long usage(Seen seen, String field) {
        return seen.events().stream()
                .filter(event -> event.path("usage").isObject())
                .mapToLong(event -> event.at("/usage/" + field).asLong())
                .sum();
    }

    /** The second model reads what the first one said, and what it is told. */
    @Test
    void countsWhatTheModelThatGoesOnWasGiven() throws Exception {
        var wire = DrillWire.OPENAI;
        var uncounted = Recorded.begun(
                wire, piece(ANCHOR + REST), wire.finish("m", "stop").getFirst(), wire.mark());

        var seen = goneOn(DrillForm.OPENAI, "anthropic-uncounted", uncounted);
        // The first model says what it read; the second one does not.
        var alone = ask(DrillForm.OPENAI, "openai-uncounted", uncounted, Play.well());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(usage(seen, "prompt_tokens"))
                .isGreaterThanOrEqualTo(20 + usage(alone, "prompt_tokens") + TokenEstimate.of(BEGUN));
    }

    @Test
    void addsUpWhatEachModelSaysItUsed() throws Exception {
        var seen = goneOn(DrillForm.ANTHROPIC, "anthropic-sum", Play.well());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        var served = seen.gateway().path("served").findValues("completion_tokens");
        assertThat(served).hasSize(2);
        assertThat(served.getLast().asLong()).isEqualTo(60);
        var usage = seen.events().stream()
                .filter(event -> "message_delta".equals(event.path("type").asText()))
                .map(event -> event.path("usage"))
                .toList();
        assertThat(usage).hasSize(1);
        assertThat(usage.getFirst().path("input_tokens").asLong()).isEqualTo(20 + 20);
        assertThat(usage.getFirst().path("output_tokens").asLong())
                .isEqualTo(served.getFirst().asLong() + 60);
    }

    // --- what goes on

    @ParameterizedTest
    @EnumSource(DrillForm.class)
    void handsOnACallOfAToolThatFollowsTheSeam(DrillForm form) throws Exception {
        var model = name("anthropic-then-calls", form);
        var call = piece("")
                .replace(
                        "\"content\":\"\"",
                        "\"tool_calls\":[{\"index\":0,\"id\":\"call_9\",\"type\":\"function\",\"function\":"
                                + "{\"name\":\"weather\",\"arguments\":\"{\\\"days\\\":2}\"}}]");

        var seen = goneOn(form, model, Recorded.ended("tool_calls", piece(ANCHOR + " is all."), call));

        assertThat(seen.text()).as(seen.summary()).isEqualTo(BEGUN + " is all.");
        assertThat(seen.finishReason()).isEqualTo("tool_calls");
        assertThat(seen.resumed()).isTrue();
        assertThat(seen.events().toString()).contains("call_9", "weather", "days");
        assertThat(seen.odd()).isEmpty();
    }

    @Test
    void marksTheSeamInOneChunkAndNamesTheNewModelFromThere() throws Exception {
        var seen = goneOn(DrillForm.OPENAI, "openai-chunk", Play.well());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        var events = seen.events();
        var marks = events.stream()
                .filter(event -> event.path("gateway").has("resumed")
                        && !event.path("gateway").has("attempts"))
                .toList();
        assertThat(marks).hasSize(1);
        var mark = marks.getFirst();
        assertThat(mark.path("gateway").toString())
                .isEqualTo("{\"resumed\":true,\"provider\":\"claude\",\"model\":\"drill-fallback-claude\"}");
        assertThat(mark.path("choices")).hasSize(1);
        assertThat(mark.at("/choices/0/delta").isEmpty()).isTrue();
        assertThat(mark.at("/choices/0/finish_reason").isNull()).isTrue();
        int seam = events.indexOf(mark);
        assertThat(events.subList(0, seam)).allMatch(event -> "drill-openai-chunk".equals(text(event, "model")));
        assertThat(events.subList(seam, events.size()))
                .allMatch(event -> "drill-fallback-claude".equals(text(event, "model")));
        assertThat(events.stream().map(event -> text(event, "id") + text(event, "created")))
                .containsOnly(text(mark, "id") + text(mark, "created"));
        assertThat(events.stream().filter(event -> event.at("/choices/0/delta").has("role")))
                .hasSize(1);
    }

    private static String text(JsonNode event, String field) {
        return event.path(field).asText();
    }

    // --- characters in two pieces

    /** Whatever a text is for: no client can read half a character (failures F27). */
    @Test
    void joinsTheHalvesOfACharacterInThoughts() throws Exception {
        var delta = "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':'%s'}}";
        var thinks = Recorded.begun(
                DrillWire.ANTHROPIC,
                anthropic("{'type':'content_block_start','index':0,'content_block':{'type':'thinking','thinking':''}}"),
                anthropic(delta.formatted("Hm \\ud83d")),
                anthropic(delta.formatted("\\ude42 so")),
                anthropic(
                        "{'type':'content_block_delta','index':0,'delta':{'type':'signature_delta','signature':'s'}}"),
                anthropic("{'type':'content_block_stop','index':0}"),
                anthropic("{'type':'content_block_start','index':1,'content_block':{'type':'text','text':'Yes.'}}"),
                anthropic("{'type':'content_block_stop','index':1}"),
                DrillWire.ANTHROPIC.finish("m", "stop").getLast(),
                DrillWire.ANTHROPIC.mark());

        var seen = ask(DrillForm.ANTHROPIC, "anthropic-half-thoughts", thinks, Play.well());

        assertThat(seen.finishReason()).as(seen.summary()).isEqualTo("stop");
        var thoughts = seen.events().stream()
                .map(event -> event.at("/delta/thinking").asText(""))
                .toList();
        assertThat(String.join("", thoughts)).isEqualTo("Hm 🙂 so");
        assertThat(thoughts).contains("Hm ", "🙂 so");
    }

    @ParameterizedTest
    @EnumSource(DrillForm.class)
    void joinsTheHalvesOfACharacterInRefusalsAndArguments(DrillForm form) throws Exception {
        var model = name("openai-half-refusal", form);
        var call = piece("ARG")
                .replace(
                        "\"content\":\"ARG\"",
                        "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\","
                                + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"ARG\"}}]");

        var seen = ask(
                form,
                model,
                Recorded.ended(
                        "tool_calls",
                        refusal("No SPLIT").replace("SPLIT", "\\ud83d"),
                        refusal("SPLIT.").replace("SPLIT", "\\ude42"),
                        call.replace("ARG", "{\\\"a\\\":\\\"\\ud83d"),
                        call.replace("ARG", "\\ude42\\\"}")),
                Play.well());

        assertThat(seen.finishReason()).as(seen.summary()).isEqualTo("tool_calls");
        assertThat(seen.events().stream()
                        .map(event -> event.at("/choices/0/delta/refusal").asText("")
                                + event.at("/delta/text").asText(""))
                        .map(text -> "null".equals(text) ? "" : text)
                        .toList())
                .contains("No ", "🙂.");
        assertThat(seen.events().stream()
                        .map(event -> event.at("/choices/0/delta/tool_calls/0/function/arguments")
                                        .asText("")
                                + event.at("/delta/partial_json").asText("")))
                .contains("{\"a\":\"", "🙂\"}");
    }
}
