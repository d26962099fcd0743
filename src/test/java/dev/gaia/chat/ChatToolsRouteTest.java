package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.error.Failure;
import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rounds of tools, on both wires, whole and as a stream (semantics 14.1). */
class ChatToolsRouteTest {

    @TempDir
    static Path directory;

    private static FakeModelProvider provider;
    private static ChatSegment segment;

    @BeforeAll
    static void start() throws IOException {
        var root = Files.createDirectories(directory.resolve("root"));
        Files.writeString(root.resolve("notes.md"), "the note");
        Files.writeString(root.resolve("large.md"), "0123456789".repeat(100));
        provider = FakeModelProvider.start();
        var settings = new HashMap<>(ChatSegment.openAi(provider));
        settings.put("gaia.provider.endpoints.anthropic.base-url", provider.anthropicBaseUrl());
        settings.put("gaia.provider.endpoints.anthropic.key", "test-key-anthropic");
        settings.put("gaia.files.root", root.toString());
        settings.put("gaia.files.write", "true");
        settings.put("gaia.tools.offer", "files,history,mcp");
        settings.put("gaia.tools.rounds-max", "3");
        settings.put("gaia.tools.calls-max", "4");
        settings.put("gaia.tools.result-max-bytes", "200");
        segment = ChatSegment.start(settings, ChatSegment.away());
    }

    @AfterAll
    static void stop() {
        segment.close();
        provider.close();
    }

    @BeforeEach
    void forget() {
        provider.reset();
        segment.events().clear();
    }

    @ParameterizedTest
    @CsvSource({"openai, false", "openai, true", "claude, false", "claude, true"})
    void givesTheModelWhatItsToolFound(String name, boolean stream) {
        provider.next(calls("{'name':'read_file','arguments':{'path':'/notes.md'}}"));

        var text = ask("ann", name, stream);

        assertThat(text).endsWith(FakeModelProvider.DEFAULT_TEXT);
        assertThat(provider.requests()).hasSize(2);
        assertThat(provider.requests().getLast().body().path("messages").toString())
                .contains("the note");
        assertThat(provider.requests().getFirst().body().path("tools")).isNotEmpty();
    }

    @Test
    void tellsTheCostOfAllRoundsAndOfTheTools() {
        provider.next(calls("{'name':'read_file','arguments':{'path':'/notes.md'}}"));

        var answer = segment.chat("bob", json("{'message':'Hello','provider':'openai'}"))
                .json();

        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(24);
        assertThat(answer.at("/_metadata/tools/offered").asInt()).isEqualTo(3);
        assertThat(answer.at("/_metadata/tools/tokens").asInt()).isBetween(80, 400);
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void streamsOneAnswerWithOneEndAcrossRounds() {
        provider.next(
                calls("{'name':'read_file','arguments':{'path':'/notes.md'}}"),
                calls("{'name':'list_directory','arguments':{'path':'/'}}"));

        var data =
                ChatSegment.read(segment
                        .chat("cid", json("{'message':'Hello','stream':true,'stream_options':{'include_usage':true}}"))
                        .stream());

        assertThat(data.getLast()).isEqualTo("[DONE]");
        assertThat(data.stream().filter(event -> event.contains("\"finish_reason\":\"stop\"")))
                .hasSize(1);
        assertThat(data).noneMatch(event -> event.contains("tool_calls"));
        assertThat(data.get(data.size() - 2)).contains("\"prompt_tokens\":36");
        assertThat(provider.requests()).hasSize(3);
        assertThat(segment.status("cid").path("message_count").asInt()).isEqualTo(2);
    }

    @Test
    void runsSeveralCallsOfOneRoundAndKeepsTheirOrder() {
        provider.next(calls(
                "{'name':'read_file','arguments':{'path':'/notes.md'}}",
                "{'name':'read_file','arguments':{'path':'/nope'}}",
                "{'name':'list_directory','arguments':{'path':'/'}}"));

        ask("dan", "openai", false);

        var results = toolEntries();
        assertThat(results).hasSize(3);
        assertThat(results.get(0)).isEqualTo("the note");
        assertThat(results.get(1)).contains("ENOENT: Path not found: /nope");
        assertThat(results.get(2)).contains("[FILE] notes.md");
    }

    @Test
    void keepsTheOrderOfCallsThatChangeFiles() {
        provider.next(calls(
                "{'name':'write_file','arguments':{'path':'/new.md','content':'one'}}",
                "{'name':'read_file','arguments':{'path':'/new.md'}}",
                "{'name':'delete_file','arguments':{'path':'/new.md'}}"));

        segment.chat("eve", json("{'message':'Hello','provider':'openai','allow_tool_actions':true}"));

        assertThat(toolEntries()).element(1).isEqualTo("one");
        assertThat(directory.resolve("root/new.md")).doesNotExist();
    }

    @Test
    void changesFilesOnlyForCallersWhoAskForThat() {
        provider.next(
                calls("{'name':'delete_file','arguments':{'path':'/notes.md'}}"),
                calls("{'name':'write_file','arguments':{'path':'/new.md','content':'one'}}"));

        ask("eva", "openai", false);

        assertThat(toolEntries()).containsExactly("There is no tool of that name", "There is no tool of that name");
        assertThat(directory.resolve("root/notes.md")).hasContent("the note");
        assertThat(directory.resolve("root/new.md")).doesNotExist();
    }

    @Test
    void dropsArgumentsThatTheToolDoesNotDeclare() {
        provider.next(calls("{'name':'read_file','arguments':{'path':'/notes.md','CamelHttpUri':'http://evil/',"
                + "'CamelFileName':'/etc/passwd','operationName':'x'}}"));

        ask("fay", "openai", false);

        assertThat(toolEntries()).containsExactly("the note");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'name':'read_file','arguments':{'path':5}} | path",
                "{'name':'read_file','arguments':{}} | path",
                "{'name':'no_such_tool','arguments':{}} | There is no tool of that name",
                "{'name':'mcp_filesystem_read_file','arguments':{}} | There is no tool of that name",
                "{'name':'read_file','arguments':{'path':'../../etc/passwd'}} | Path is outside the allowed root",
                "{'name':'read_file','arguments':{'path':'/large.md'}} | [cut off: the result is longer than the limit]"
            })
    void tellsTheModelWhatWasWrongAndGoesOn(String given) {
        var parts = given.split(" \\| ", -1);
        provider.next(calls(parts[0]));

        assertThat(ask("gus", "openai", false)).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(toolEntries()).singleElement().asString().contains(parts[1]).hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void refusesMoreCallsAtOnceThanItsLimit() {
        var call = "{'name':'read_file','arguments':{'path':'/notes.md'}}";
        provider.next(calls(call, call, call, call, call));

        ask("hal", "openai", false);

        assertThat(toolEntries()).hasSize(5).endsWith("Only 4 tools may be called at once");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hasTheModelAnswerWhenItsRoundsAreUsedUp(boolean stream) {
        var call = calls("{'name':'read_file','arguments':{'path':'/notes.md'}}");
        provider.next(call, call, call, call);

        var text = ask("ida", "openai", stream);

        assertThat(text).contains("Let me look.").doesNotContain("tool_calls");
        assertThat(provider.requests()).hasSize(4);
        assertThat(provider.requests().getLast().body().path("tool_choice").asText())
                .isEqualTo("none");
        assertThat(provider.requests().get(2).body().has("tool_choice")).isFalse();
    }

    @Test
    void givesTheHistoryOfTheCallerOnly() {
        segment.chat("jan", json("{'message':'My secret of Jan'}"));
        segment.chat("kim", json("{'message':'My secret of Kim'}"));
        provider.reset();
        provider.next(calls("{'name':'get_chat_history','arguments':{'auth_key':'jan'}}"));

        ask("kim", "openai", false);

        assertThat(toolEntries().getFirst()).contains("secret of Kim").doesNotContain("Jan");
    }

    @Test
    void aProviderThatFailsBetweenRoundsIsAskedAgain() {
        provider.next(calls("{'name':'read_file','arguments':{'path':'/notes.md'}}"), "fake-error-500");

        assertThat(ask("lea", "openai", false)).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(provider.requests()).hasSize(3);
    }

    @Test
    void tellsTheAttemptsOfAllRounds() {
        provider.next("fake-error-500", calls("{'name':'read_file','arguments':{'path':'/notes.md'}}"));

        var answer = segment.chat("mia", json("{'message':'Hello','provider':'openai'}"));

        assertThat(provider.requests()).hasSize(3);
        assertThat(answer.json().at("/gateway/attempts").asInt()).isEqualTo(3);
        assertThat(answer.headers()).containsEntry("X-Gateway-Attempts", "3");
    }

    @Test
    void aNewTurnCountsItsOwnAttemptsOnly() {
        provider.next(calls("{'name':'read_file','arguments':{'path':'/notes.md'}}"));
        ask("mia", "openai", false);

        var answer = segment.chat("mia", json("{'message':'Hello','provider':'openai'}"));

        assertThat(answer.json().at("/gateway/attempts").asInt()).isEqualTo(1);
    }

    @Test
    void tellsWhoWroteTheRoundsOfAStreamThatAnotherModelWentOnWith() {
        provider.next(
                "fake-error-500",
                calls("{'name':'read_file','arguments':{'path':'/notes.md'}}"),
                "fake-cut-after-3",
                "fake-continue");

        var chunks = ChatSegment.chunks(
                segment.chat("ned", json("{'message':'Hello','provider':'claude','stream':true}")).stream());

        var gateway = chunks.getLast().path("gateway");
        assertThat(ChatSegment.text(chunks)).endsWith(" and so it ends.");
        assertThat(gateway.path("attempts").asInt()).isEqualTo(4);
        assertThat(gateway.path("resumes").asInt()).isEqualTo(1);
        assertThat(gateway.path("fallback_used").asBoolean()).isTrue();
        assertThat(gateway.path("provider").asText()).isEqualTo("openai");
        assertThat(gateway.path("served").findValuesAsText("provider")).containsExactly("claude", "claude", "openai");
    }

    @Test
    void tellsWhoWentOnWithAnEarlierRoundOfAStream() {
        provider.next("fake-cut-after-3", calls("{'name':'read_file','arguments':{'path':'/notes.md'}}"));

        var chunks = ChatSegment.chunks(
                segment.chat("nia", json("{'message':'Hello','model':'gpt-6-luna','stream':true}")).stream());

        var gateway = chunks.getLast().path("gateway");
        assertThat(ChatSegment.text(chunks)).endsWith(FakeModelProvider.DEFAULT_TEXT);
        assertThat(gateway.path("attempts").asInt()).isEqualTo(3);
        assertThat(gateway.path("resumed").asBoolean()).isTrue();
        assertThat(gateway.path("resumes").asInt()).isEqualTo(1);
        assertThat(gateway.path("fallback_used").asBoolean()).isTrue();
        assertThat(gateway.path("usage_estimated").asBoolean()).isTrue();
        assertThat(gateway.path("truncated").asBoolean()).isFalse();
        assertThat(gateway.path("model").asText()).isEqualTo("gpt-6-luna");
        assertThat(gateway.path("served").findValuesAsText("model"))
                .containsExactly("gpt-6-luna", "claude-haiku-4-5", "gpt-6-luna");
    }

    @Test
    void tellsThatAnotherModelAnsweredAnEarlierRound() {
        provider.next(
                "fake-error-500", "fake-error-500", calls("{'name':'read_file','arguments':{'path':'/notes.md'}}"));

        var answer = segment.chat("pia", json("{'message':'Hello','model':'gpt-6-luna'}"));

        assertThat(answer.json().at("/gateway/attempts").asInt()).isEqualTo(4);
        assertThat(answer.json().at("/gateway/fallback_used").asBoolean()).isTrue();
        assertThat(answer.json().path("fallback_used").asBoolean()).isTrue();
        assertThat(answer.headers())
                .containsEntry("X-Gateway-Attempts", "4")
                .containsEntry("X-Gateway-Fallback", "true");
    }

    @Test
    void tellsTheFailuresOfAllRoundsWhenALaterOneFails() {
        provider.next(
                "fake-error-500", calls("{'name':'read_file','arguments':{'path':'/notes.md'}}"), "fake-error-400");

        assertThatThrownBy(() -> segment.chat("ova", json("{'message':'Hello','provider':'openai'}")))
                .isInstanceOfSatisfying(
                        Failure.class,
                        failure -> assertThat(failure.headers())
                                .containsEntry("X-Gateway-Attempts", "3")
                                .containsEntry("X-Gateway-Failures", "transient, request"));
    }

    @Test
    void tellsWhatCameBeforeWhenALaterRoundOfAStreamFails() {
        provider.next(
                "fake-error-500", calls("{'name':'read_file','arguments':{'path':'/notes.md'}}"), "fake-error-400");

        var chunks = ChatSegment.chunks(
                segment.chat("oda", json("{'message':'Hello','provider':'openai','stream':true}")).stream());

        var last = chunks.getLast();
        assertThat(ChatSegment.text(chunks)).isEqualTo("Let me look. ");
        assertThat(last.path("error").isObject()).isTrue();
        assertThat(last.at("/gateway/attempts").asInt()).isEqualTo(3);
        assertThat(last.at("/gateway/truncated").asBoolean()).isTrue();
    }

    @Test
    void offersNothingToAPlainChatByDefault() {
        try (var plain = ChatSegment.start(ChatSegment.openAi(provider), ChatSegment.away())) {
            var answer = plain.chat("max", json("{'message':'Hello'}")).json();

            assertThat(answer.at("/_metadata/tools").isMissingNode()).isTrue();
            assertThat(provider.lastRequest().orElseThrow().body().has("tools")).isFalse();
        }
    }

    private static String ask(String user, String name, boolean stream) {
        var answer = segment.chat(user, json("{'message':'Hello','provider':'" + name + "','stream':" + stream + "}"));
        return stream
                ? ChatSegment.text(ChatSegment.chunks(answer.stream()))
                : answer.json().path("response").asText();
    }

    /** What the model was told of its tools, in the last request of OpenAI's wire. */
    private static List<String> toolEntries() {
        var texts = new ArrayList<String>();
        StreamSupport.stream(
                        provider.requests().getLast().body().path("messages").spliterator(), false)
                .filter(entry -> "tool".equals(entry.path("role").asText()))
                .map(entry -> entry.path("content"))
                .map(JsonNode::asText)
                .forEach(texts::add);
        return texts;
    }

    private static String calls(String... calls) {
        return "fake-calls [" + json(String.join(",", calls)) + "]";
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
