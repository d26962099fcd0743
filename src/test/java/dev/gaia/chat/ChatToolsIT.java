package dev.gaia.chat;

import static dev.gaia.chat.ChatHub.frames;
import static dev.gaia.chat.ChatHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.mcp.NpmServers;
import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools as clients see them, over HTTP, with a real MCP server of npm beside one that cannot be started. */
class ChatToolsIT {

    private static final String ECHO =
            "fake-calls [{\"name\":\"mcp_everything_echo\",\"arguments\":{\"message\":\"from the tool\"}}]";
    private static final String STREAM = "/api/v0.2/chat/stream";

    @TempDir
    static Path directory;

    private static ChatHub hub;

    @BeforeAll
    static void start() throws IOException {
        var root = Files.createDirectory(directory.resolve("root"));
        Files.writeString(root.resolve("notes.md"), "the note");
        var servers = Files.writeString(
                directory.resolve("servers.json"),
                "{\"mcpServers\": {\"everything\": {\"command\": \"node\", \"args\": [\""
                        + NpmServers.script("everything") + "\"]}, \"broken\": {\"command\": \"/no/such/program\"}}}");
        hub = ChatHub.with(Map.of(
                "gaia.files.root", root.toString(),
                "gaia.mcp.servers-file", servers.toString(),
                "gaia.mcp.list-timeout", "20s"));
    }

    @AfterAll
    static void stop() {
        if (hub != null) {
            hub.close();
        }
    }

    @BeforeEach
    void someoneNew() {
        hub.someoneNew();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mcp-agent", "mcp-agent-hot"})
    void anAgentUsesEveryToolThereIs(String variant) {
        hub.provider().next(ECHO, "fake-calls [{\"name\":\"read_file\",\"arguments\":{\"path\":\"/notes.md\"}}]");

        var answer = json(hub.post("/api/v1/chat/" + variant, "{'message':'Hello'}"));

        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(hub.provider().requests()).hasSize(3);
        assertThat(sent().path("messages").toString()).contains("from the tool", "the note");
        assertThat(offered()).contains("mcp_everything_echo", "read_file", "list_directory", "get_chat_history");
        assertThat(sent().path("system").asText()).contains("mcp_everything_echo", "get_chat_history");
    }

    @Test
    void anAgentThatNeedsNoToolAnswersAsTheDirectSurfaceDoes() {
        var direct = json(hub.post("/api/v1/chat/direct", "{'message':'Hello'}"));
        assertThat(sent().has("tools")).isFalse();
        var agent = json(hub.post("/api/v1/chat/mcp-agent", "{'message':'Hello'}"));

        assertThat(agent.at("/choices/0")).isEqualTo(direct.at("/choices/0"));
        assertThat(agent.path("model")).isEqualTo(direct.path("model"));
        assertThat(hub.provider().requests()).hasSize(2);
    }

    @Test
    void aChatOffersTheDeclaredServersOnly() {
        hub.provider().next(ECHO);

        var answer = json(hub.post("/api/v1/chat", "{'message':'Hello'}"));

        assertThat(answer.path("response").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(answer.at("/_metadata/tools/tokens").asInt()).isPositive();
        assertThat(offered()).contains("mcp_everything_echo").allMatch(name -> name.startsWith("mcp_everything_"));
    }

    @Test
    void theTypedStreamTellsWhichToolsRan() {
        hub.provider()
                .next("fake-calls [{\"name\":\"mcp_everything_echo\",\"arguments\":{\"message\":\"from the tool\"}},"
                        + "{\"name\":\"mcp_everything_echo\",\"arguments\":{\"message\":7}}]");

        var frames = frames(hub.post(STREAM, "{'message':'Hello'}"));

        var used = only(frames, "tool_use");
        assertThat(used.path("tool").asText()).isEqualTo("mcp_everything_echo");
        assertThat(used.path("result").asText()).contains("from the tool");
        assertThat(used.at("/choices/0/delta").isObject()).isTrue();
        assertThat(only(frames, "tool_error").path("error").asText()).contains("message");
        assertThat(only(frames, "metadata").at("/tools/tokens").asInt()).isPositive();
        assertThat(frames.getLast().path("type").asText()).isEqualTo("complete");
        assertThat(json(hub.get(STREAM + "/cache/status"))
                        .at("/cache_stats/tools_cache_entries")
                        .asInt())
                .isPositive();
        hub.post(STREAM + "/cache/invalidate?cache_type=tools", "");
        assertThat(json(hub.get(STREAM + "/cache/status")).at("/cache_stats/tools_cache_keys"))
                .isEmpty();
    }

    @Test
    void remembersAndPaysEveryModelThatWroteARound() {
        hub.provider().next("fake-cut-after-3", ECHO);

        hub.post("/api/v1/chat", "{'message':'Hello','model':'gpt-6-luna','stream':true}");

        assertThat(hub.provider().requests()).hasSize(3);
        await().untilAsserted(() -> assertThat(mine("select string_agg(part ->> 'model', ' ' order by place)"
                        + " from chat_histories, jsonb_array_elements(served) with ordinality as list (part, place)"
                        + " where role = 'assistant' and"))
                .isEqualTo("gpt-6-luna claude-haiku-4-5 gpt-6-luna"));
        await().untilAsserted(() ->
                assertThat(mine("select count(*) from chat_attempts where")).isEqualTo("3"));
        var attempts = mine("select sum(input_tokens + output_tokens) || ' ' || round(sum(cost_usd), 6)"
                + " from chat_attempts where");
        await().untilAsserted(
                        () -> assertThat(mine("select tokens || ' ' || round(unit_cost, 6) from api_usage_costs where"))
                                .isEqualTo(attempts));
    }

    private static String mine(String query) {
        return hub.database().value(query + " user_id = '" + hub.caller() + "'");
    }

    @Test
    void theCleanStreamTellsNothingOfTools() {
        hub.provider().next(ECHO);

        var frames = frames(hub.post("/api/v0.3/chat", "{'message':'Hello','stream':true}"));

        assertThat(frames.toString()).doesNotContain("tool", "from the tool");
        assertThat(frames.getLast().path("type").asText()).isEqualTo("done");
        assertThat(hub.provider().requests()).hasSize(2);
    }

    @Test
    void aPersonaNarrowsTheTools() {
        var persona = json(hub.post(
                        "/api/v1/chat/personas",
                        "{'name':'Reader','description':'Reads','system_prompt':'Read. {tools_section}',"
                                + "'capabilities':{'tools':['read_*']}}"))
                .at("/persona/id")
                .asText();

        hub.post("/api/v1/chat/mcp-agent", "{'message':'Hello','persona_id':'" + persona + "'}");

        assertThat(offered()).containsExactly("read_file");
        assertThat(sent().path("system").asText()).startsWith("Read. ").contains("read_file");
    }

    @Test
    void aServerCannotBeDeclaredByCallers() {
        hub.post(
                "/api/v1/chat/mcp-agent",
                "{'message':'Hello','mcpServers':{'evil':{'command':'touch','args':['" + directory + "/evil']}},"
                        + "'tools':[{'command':'touch'}]}");

        assertThat(directory.resolve("evil")).doesNotExist();
        assertThat(offered()).noneMatch(name -> name.contains("evil"));
    }

    private static JsonNode sent() {
        return hub.provider().lastRequest().orElseThrow().body();
    }

    private static List<String> offered() {
        return StreamSupport.stream(sent().path("tools").spliterator(), false)
                .map(tool -> tool.path("name").asText())
                .toList();
    }

    private static JsonNode only(List<JsonNode> frames, String type) {
        var found = frames.stream()
                .filter(frame -> type.equals(frame.path("type").asText()))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
