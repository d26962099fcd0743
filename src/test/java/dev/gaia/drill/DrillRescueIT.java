package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.CUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** Who goes on with an answer that broke off, how often, and when nobody does (failures 11.1, 11.3). */
class DrillRescueIT {

    private static final int MIDDLE = 20;
    /** Less than the time after which a client that waits is told so. */
    private static final long TOLD_MILLIS = 4_000;

    private static final List<String> PIECES = DrillText.pieces(DrillText.WHOLE);

    /** A model that begins something else after so long. */
    private static final Play ANOTHER_ANSWER =
            Recorded.ended("stop", DrillWire.OPENAI.piece("m", "It is another story altogether."));

    @TempDir
    private static Path folder;

    private static Map<String, String> settings;
    private static DrillProvider provider;
    private static DrillGaia gaia;
    private static DrillClient client;

    @BeforeAll
    static void start() throws IOException {
        var models = Files.writeString(folder.resolve("models.yaml"), """
                models:
                  - {id: drill-fallback-claude, provider: claude, prefill: native}
                  - {id: drill-fallback-claude-2, provider: claude, prefill: native}
                  - {id: drill-fallback-claude-3, provider: claude, prefill: native}
                  - {id: drill-fallback-told, provider: openai}
                  - {pattern: "drill-openai-*", provider: openai, fallbacks: [drill-fallback-claude]}
                  - {pattern: "drill-told-*", provider: claude, fallbacks: [drill-fallback-told, drill-fallback-claude]}
                  - pattern: "drill-many-*"
                    provider: claude
                    fallbacks: [drill-fallback-claude, drill-fallback-claude-2, drill-fallback-claude-3]
                    limits: {candidates-max: 4}
                """);
        provider = DrillProvider.start(0);
        settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        settings.put("gaia.provider.first-token-timeout", "10s");
        settings.put("gaia.provider.idle-timeout", "10s");
        settings.put("gaia.provider.endpoints.openai.key", "first-key, second-key");
        settings.put("gaia.chat.models-file", models.toString());
        gaia = DrillGaia.start("direct", provider.port(), settings);
        client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
    }

    @AfterAll
    static void stop() {
        client.close();
        gaia.close();
        provider.close();
    }

    private static Seen ask(String name, ObjectNode body, List<Play> fallback, Map<String, String> headers)
            throws InterruptedException {
        provider.play(name, new Script(List.of(Play.fault(CUT, MIDDLE), Play.well()), fallback));
        return client.ask(body, headers);
    }

    private static ObjectNode body(String kind, String name) {
        return DrillClient.body(name, "drill-" + kind + "-" + name, true);
    }

    private static List<String> models(String name) {
        return provider.asked(name).stream()
                .map(asked -> asked.body().path("model").asText())
                .toList();
    }

    @Test
    void asksTheSameModelWithItsOtherKeyWhenNobodyElseGoesOn() throws Exception {
        var seen = ask("keys", body("openai", "keys"), List.of(Play.status(503)), Map.of());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.resumed()).isTrue();
        assertThat(provider.asked("keys").stream().map(Asked::key))
                .containsExactly("first-key", "key-of-the-drill", "second-key");
        assertThat(models("keys").getLast()).isEqualTo("drill-openai-keys");
        assertThat(seen.fallback()).isFalse();
    }

    @Test
    void asksNobodyWhenTheCallerWantsNoOtherModel() throws Exception {
        var body = body("openai", "own").put("enable_fallback", false);

        var seen = ask("own", body, List.of(Play.well()), Map.of());

        assertThat(seen.interrupted()).as(seen.summary()).isTrue();
        assertThat(provider.asked("own")).hasSize(1);
    }

    @Test
    void asksTheNextModelWhenTheFirstGivesAnotherAnswer() throws Exception {
        var seen = ask("rejected", body("told", "rejected"), List.of(ANOTHER_ANSWER, Play.well()), Map.of());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(models("rejected"))
                .containsExactly("drill-told-rejected", "drill-fallback-told", "drill-fallback-claude");
        assertThat(seen.gateway().path("resumes").asInt()).isEqualTo(1);
    }

    /** The model gives another answer when less than five seconds are left. */
    @Test
    void asksNobodyMoreWhenTheTimeIsUp() throws Exception {
        var late = List.of(ANOTHER_ANSWER.pace(0, 4_000), Play.well());

        var seen = ask("late", body("told", "late"), late, Map.of("X-Request-Timeout", "8.5"));

        assertThat(seen.interrupted()).as(seen.summary()).isTrue();
        assertThat(provider.asked("late")).hasSize(2);
    }

    @Test
    void asksNobodyWhenTheTimeLeftIsTooShort() throws Exception {
        var seen = ask("short", body("told", "short"), List.of(Play.well()), Map.of("X-Request-Timeout", "4"));

        assertThat(seen.interrupted()).as(seen.summary()).isTrue();
        assertThat(seen.attempts()).isEqualTo(1);
        assertThat(provider.asked("short")).hasSize(1);
    }

    @Test
    void continuesWhatWasContinuedToo() throws Exception {
        var fallback = List.of(Play.fault(CUT, 5), Play.well());

        var seen = ask("twice", body("many", "twice"), fallback, Map.of());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        assertThat(seen.gateway().path("resumes").asInt()).isEqualTo(2);
        assertThat(seen.gateway().path("served")).hasSize(3);
        var told = provider.asked("twice").getLast().body().path("messages");
        assertThat(DrillText.text(told.get(told.size() - 1))).isEqualTo(String.join("", PIECES.subList(0, MIDDLE + 5)));
    }

    @Test
    void continuesAnAnswerTwiceAtMost() throws Exception {
        var fallback = List.of(Play.fault(CUT, 5), Play.fault(CUT, 5), Play.well());

        var seen = ask("thrice", body("many", "thrice"), fallback, Map.of());

        assertThat(seen.interrupted()).as(seen.summary()).isTrue();
        assertThat(provider.asked("thrice")).hasSize(3);
    }

    @Test
    void switchesItOnAndOffForACallAndLimitsIt() throws Exception {
        var others = new LinkedHashMap<>(settings);
        others.put("gaia.provider.rescue.enabled", "false");
        others.put("gaia.provider.rescue.per-call-max", "1");
        others.put("gaia.provider.rescue.unclear-max", "1s");
        try (var quiet = DrillGaia.start("direct", provider.port(), others);
                var reader = new DrillClient(quiet.baseUrl(), "/v1/chat/completions", DrillGaia.credentials())) {
            var plays = new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(Play.well()));
            List.of("on", "ON", "off", "yes", "")
                    .forEach(word -> provider.play("word-" + word.toLowerCase(Locale.ROOT), plays));
            provider.play(
                    "once", new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(Play.fault(CUT, 5), Play.well())));

            for (var word : List.of("on", "off", "yes")) {
                var seen = reader.ask(body("many", "word-" + word), Map.of("X-Stream-Rescue", word));
                assertThat(seen.whole()).as(word + ": " + seen.summary()).isEqualTo("on".equals(word));
                assertThat(seen.interrupted()).as(word + ": " + seen.summary()).isEqualTo(!"on".equals(word));
            }
            assertThat(reader.ask(body("many", "word-"), Map.of()).interrupted())
                    .isTrue();

            var once = reader.ask(body("many", "once"), Map.of("X-Stream-Rescue", "on"));
            assertThat(once.interrupted()).as(once.summary()).isTrue();
            assertThat(provider.asked("once")).hasSize(2);

            // whoever begins and falls silent is not waited for until the client is told again
            var silent = List.of(Play.fault(Play.Fault.STALL, 1), Play.well());
            provider.play("unclear", new Script(List.of(Play.fault(CUT, MIDDLE)), silent));
            var clear = reader.ask(body("told", "unclear"), Map.of("X-Stream-Rescue", "on"));
            assertThat(clear.whole()).as(clear.summary()).isTrue();
            assertThat(clear.millis()).isLessThan(TOLD_MILLIS);
        }
    }

    /** The word before the cut begins a sequence at which the client wants the answer to end (failures 11.2). */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages"})
    void endsAtAStopSequenceThatBeganBeforeTheCut(String path) throws Exception {
        var name = "stop" + path.replace('/', '-');
        int after = PIECES.indexOf(" one") + 1;
        var text = String.join("", PIECES.subList(0, after));
        provider.play(
                name,
                new Script(List.of(Play.fault(CUT, after)), List.of(Play.well().pace(0, 50))));
        boolean openAi = path.contains("completions");
        var form = openAi ? DrillForm.OPENAI : DrillForm.ANTHROPIC;
        var body = form.body(name, "drill-openai-" + name, true);
        body.putArray(openAi ? "stop" : "stop_sequences").add("one of them").add("never said");

        var streamed = DrillPost.post(gaia.baseUrl(), path, body).body();

        var seen = MessagesReader.of(path, streamed);
        assertThat(seen.text()).as(streamed).isEqualTo(text);
        assertThat(seen.ending()).isEqualTo(openAi ? "stop" : "stop_sequence");
        assertThat(seen.whole()).isTrue();
        assertThat(seen.error()).isEmpty();
        await().untilAsserted(() ->
                assertThat(provider.asked(name).getLast().leftNanos()).isPresent());
    }

    @ParameterizedTest
    @CsvSource({"one of us", "one of them and"})
    void goesOnWhereNoStopSequenceIsComplete(String stop) throws Exception {
        var name = "no-stop-" + stop.length();
        int after = PIECES.indexOf(" one") + 1;
        provider.play(name, new Script(List.of(Play.fault(CUT, after)), List.of(Play.well())));
        var body = body("openai", name);
        body.putArray("stop").add(stop);

        var seen = client.ask(body, Map.of());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
    }

    /** Nobody sees what it thought, so that any other model may answer in its place. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/messages"})
    void asksTheNextModelWhenNothingWasForwarded(String path) throws Exception {
        var name = "thoughts" + path.replace('/', '-');
        var thoughts = Recorded.begun(DrillWire.OPENAI, Recorded.thought("Let me think."));
        provider.play(name, new Script(List.of(thoughts), List.of(Play.well())));
        boolean openAi = path.contains("completions");
        var form = openAi ? DrillForm.OPENAI : DrillForm.ANTHROPIC;
        var body = form.body(name, "drill-openai-" + name, true);
        if (openAi) {
            body.putObject("response_format").put("type", "json_object");
        }

        var streamed = DrillPost.post(gaia.baseUrl(), path, body).body();

        assertThat(MessagesReader.of(path, streamed).wholeText()).as(streamed).isTrue();
        assertThat(streamed).contains("\"fallback_used\":true").doesNotContain("\"resumed\":true", ": resumed");
        assertThat(models(name)).containsExactly("drill-openai-" + name, "drill-fallback-claude");
        assertThat(provider.asked(name).getLast().body().path("messages")).hasSize(1);
    }
}
