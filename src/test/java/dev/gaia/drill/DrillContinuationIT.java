package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.CUT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** What the model is given that goes on with an answer (failures 11.2, 11.3), as its provider reads it. */
class DrillContinuationIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MIDDLE = 20;
    private static final List<String> PIECES = DrillText.pieces(DrillText.WHOLE);
    private static final String BEGUN = String.join("", PIECES.subList(0, MIDDLE));

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
                  - {id: drill-fallback-openai, provider: openai, capabilities: [chat, streaming, tool_calling]}
                  - {id: drill-fallback-small, provider: openai, max-output: 300}
                  - {id: drill-fallback-flag, provider: openai, prefill: flag}
                  - {id: drill-fallback-prefix, provider: openai, prefill: flag, prefill-flag: prefix}
                  - {pattern: "drill-claude-*", provider: claude, fallbacks: [drill-fallback-claude]}
                  - {pattern: "drill-openai-*", provider: openai, fallbacks: [drill-fallback-openai]}
                  - {pattern: "drill-small-*", provider: openai, fallbacks: [drill-fallback-small]}
                  - {pattern: "drill-flag-*", provider: openai, fallbacks: [drill-fallback-flag]}
                  - {pattern: "drill-prefix-*", provider: openai, fallbacks: [drill-fallback-prefix]}
                """);
        provider = DrillProvider.start(0);
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        settings.put("gaia.provider.first-token-timeout", "10s");
        settings.put("gaia.provider.idle-timeout", "10s");
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

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** Has a stream cut, and says what was asked of both models. */
    private static List<JsonNode> cut(String name, String model, Play primary, ObjectNode more)
            throws InterruptedException {
        provider.play(name, new Script(List.of(primary), List.of(Play.well())));
        var body = DrillClient.body(name, model, true);
        body.setAll(more);

        var seen = client.ask(body, Map.of());

        assertThat(seen.whole()).as(seen.summary()).isTrue();
        return provider.asked(name).stream().map(Asked::body).toList();
    }

    @Test
    void asksForNoMoreThanTheModelThatGoesOnCanSay() throws Exception {
        var asked = cut("small", "drill-small-1", Play.fault(CUT, MIDDLE), json("{'max_tokens':5000}"));

        assertThat(asked.getLast().path("max_completion_tokens").asInt()).isEqualTo(300);
    }

    @Test
    void leavesTheTokensThatTheProviderHasNotCounted() throws Exception {
        var counted = DrillWire.OPENAI
                .piece("m", BEGUN)
                .replace("\"usage\":null", "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":900}");

        var asked = cut(
                "counted",
                "drill-openai-counted",
                Recorded.begun(DrillWire.OPENAI, counted),
                json("{'max_tokens':4000}"));

        assertThat(asked.getLast().path("max_completion_tokens").asInt()).isEqualTo(3_100);
    }

    @Test
    void saysThatTheLastEntryIsToBeContinued() throws Exception {
        var flagged =
                cut("flag", "drill-flag-1", Play.fault(CUT, MIDDLE), json("{}")).getLast();
        var prefixed = cut("prefix", "drill-prefix-1", Play.fault(CUT, MIDDLE), json("{}"))
                .getLast();

        assertThat(flagged.path("continue_final_message").asBoolean()).isTrue();
        assertThat(flagged.path("add_generation_prompt").asBoolean(true)).isFalse();
        assertThat(flagged.at("/messages/1"))
                .isEqualTo(json("{'role':'assistant'}").put("content", BEGUN));
        assertThat(prefixed.has("continue_final_message")).isFalse();
        assertThat(prefixed.at("/messages/1"))
                .isEqualTo(json("{'role':'assistant','prefix':true}").put("content", BEGUN));
        assertThat(prefixed.path("messages")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"drill-openai-begun, 3", "drill-flag-begun, 2"})
    void goesOnWithTheEntryThatTheClientBegan(String model, int entries) throws Exception {
        var begun = json("{'role':'assistant','content':'Well: '}");
        var more = json("{'messages':[{'role':'user','content':'[drill " + model + "] Go.'}]}");
        more.withArray("messages").add(begun);

        var asked = cut(model, model, Play.fault(CUT, MIDDLE), more);

        var messages = asked.getLast().path("messages");
        assertThat(messages).hasSize(entries);
        assertThat(messages.get(1).path("role").asText()).isEqualTo("assistant");
        assertThat(messages.get(1).path("content").asText()).isEqualTo("Well: " + BEGUN);
        assertThat(messages.path(2).path("role").asText("user")).isEqualTo("user");
    }

    @Test
    void changesNothingElseOfACallInOpenAisForm() throws Exception {
        var asked = cut("unchanged", "drill-openai-unchanged", Play.fault(CUT, MIDDLE), json("""
                {'temperature':0.3,'top_p':0.9,'stop':['<end>'],'user':'u-1','seed':7,'max_tokens':2000,
                 'tools':[{'type':'function','function':{'name':'weather','parameters':{'type':'object'}}}],
                 'messages':[{'role':'system','content':'Be brief.'},{'role':'user','content':'[drill unchanged] Go.'}]}
                """));

        assertUnchanged(asked, "max_completion_tokens");
        assertThat(asked.getLast().path("seed").asInt()).isEqualTo(7);
        assertThat(asked.getLast().path("tools")).hasSize(1);
    }

    @Test
    void changesNothingElseOfACallInAnthropicsForm() throws Exception {
        var asked = message("hints", json("""
                {'temperature':0.3,'stop_sequences':['<end>'],'metadata':{'user_id':'u-1'},
                 'system':[{'type':'text','text':'Be brief.','cache_control':{'type':'ephemeral'}}],
                 'tools':[{'name':'weather','input_schema':{'type':'object'},'cache_control':{'type':'ephemeral'}}],
                 'messages':[{'role':'user','content':[
                    {'type':'text','text':'[drill hints] Go.','cache_control':{'type':'ephemeral'}}]}]}
                """));

        assertUnchanged(asked, "max_tokens");
        assertThat(asked.getLast().at("/system/0/cache_control/type").asText()).isEqualTo("ephemeral");
        assertThat(asked.getLast().at("/metadata/user_id").asText()).isEqualTo("u-1");
        assertThat(asked.getLast().at("/messages/1/role").asText()).isEqualTo("assistant");
        assertThat(asked.getLast().path("messages")).hasSize(2);
    }

    /** Has a stream of messages cut, and says what was asked of both models. */
    private static List<JsonNode> message(String name, ObjectNode more) throws Exception {
        provider.play(name, new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(Play.well())));
        var body = DrillForm.ANTHROPIC.body(name, "drill-claude-" + name, true);
        body.setAll(more);

        var streamed = DrillPost.post(gaia.baseUrl(), "/v1/messages", body).body();

        assertThat(MessagesReader.anthropic(streamed).wholeText()).as(streamed).isTrue();
        return provider.asked(name).stream().map(Asked::body).toList();
    }

    private static void assertUnchanged(List<JsonNode> asked, String limit) {
        ObjectNode first = asked.getFirst().deepCopy();
        ObjectNode second = asked.getLast().deepCopy();
        assertThat(asked).hasSize(2);
        assertThat(second.path(limit).asInt()).isBetween(16, first.path(limit).asInt() - 1);
        var before = first.path("messages");
        assertThat(second.path("messages").valueStream().limit(before.size())).containsExactlyElementsOf(before);
        var changing = List.of("messages", "model", limit);
        first.remove(changing);
        assertThat(second.remove(changing)).isEqualTo(first);
    }

    /** A model that is told to think takes no beginning of its answer. */
    @Test
    void tellsAModelThatThinksToGoOn() throws Exception {
        var asked = message("thinks", json("{'thinking':{'type':'enabled','budget_tokens':1024}}"));

        var second = asked.getLast();
        assertThat(second.at("/thinking/type").asText()).isEqualTo("enabled");
        assertThat(second.path("messages")).hasSize(3);
        assertThat(DrillText.text(second.at("/messages/1"))).isEqualTo(BEGUN);
        assertThat(second.at("/messages/2/role").asText()).isEqualTo("user");
    }

    @Test
    void asksNoModelTwiceInTheSameMode() throws Exception {
        var refused = Play.status(400).code("prefill");
        provider.play("same-mode", new Script(List.of(Play.fault(CUT, MIDDLE)), List.of(refused)));
        var body = DrillForm.ANTHROPIC.body("same-mode", "drill-claude-same-mode", true);
        body.setAll(json("{'thinking':{'type':'enabled','budget_tokens':1024}}"));

        var streamed = DrillPost.post(gaia.baseUrl(), "/v1/messages", body).body();

        assertThat(MessagesReader.anthropic(streamed).interrupted())
                .as(streamed)
                .isTrue();
        assertThat(provider.asked("same-mode")).hasSize(2);
    }
}
