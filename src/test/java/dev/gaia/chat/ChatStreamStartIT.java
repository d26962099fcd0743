package dev.gaia.chat;

import static dev.gaia.chat.ChatHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.fake.FakeMcpServer;
import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first frame of a v0.2 stream, while a database that hangs and a tool server that is slow hold up the rest (15.2). */
@Timeout(60)
class ChatStreamStartIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path directory;

    private static ChatHub hub;

    @BeforeAll
    static void start() throws IOException {
        var servers = MAPPER.createObjectNode();
        var slow = servers.putObject("mcpServers").putObject("slow").put("command", "sh");
        var arguments = slow.putArray("args")
                .add("-c")
                .add("until [ -e \"$0\" ]; do sleep 0.05; done; exec \"$@\"")
                .add(gate().toString());
        FakeMcpServer.command().forEach(arguments::add);
        hub = ChatHub.with(Map.of(
                "gaia.mcp.servers-file",
                Files.write(directory.resolve("servers.json"), MAPPER.writeValueAsBytes(servers))
                        .toString(),
                "gaia.mcp.list-timeout",
                "20s"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    /** The tool server starts once this file is there. */
    private static Path gate() {
        return directory.resolve("gate");
    }

    @Test
    void leavesBeforePersonaAndToolsAreLoaded() throws Exception {
        List<String> lines;
        try (var connection = hub.database().dataSource().getConnection()) {
            // given a persona that cannot be read
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("lock table personas in access exclusive mode");
            }

            // when
            lines = stream();

            // then
            await().until(() -> types(lines).equals(List.of("start")) && personaIsAwaited());
            assertThat(types(lines)).containsExactly("start");
            connection.rollback();
        }

        // and given tools that are not there yet
        await().until(ChatStreamStartIT::toolsAreAwaited);
        assertThat(types(lines)).containsExactly("start");
        assertThat(hub.provider().requests()).isEmpty();

        Files.createFile(gate());
        await().until(() -> lines.contains("data: [DONE]"));
        assertThat(types(lines)).startsWith("start", "ready", "model_selection", "content");
        assertThat(hub.provider()
                        .lastRequest()
                        .orElseThrow()
                        .body()
                        .path("tools")
                        .toString())
                .contains("mcp_slow_say");
        assertThat(String.join("", lines))
                .contains(FakeModelProvider.DEFAULT_TEXT.split(" ", 2)[0])
                .contains("\"tools\":false}");

        var again = stream();
        await().until(() -> again.contains("data: [DONE]"));
        assertThat(String.join("", again)).contains("\"tools\":true}");
    }

    /** Asks on a thread of its own, and gives the lines that come, as they come. */
    private static List<String> stream() throws IOException, InterruptedException {
        var lines = new CopyOnWriteArrayList<String>();
        var answer = hub.hub()
                .httpClient()
                .send(
                        hub.hub()
                                .request("/api/v0.2/chat/stream", ChatHub.as(hub.caller()))
                                .POST(BodyPublishers.ofString("{\"message\":\"Hello\"}"))
                                .build(),
                        BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        Thread.ofVirtual().start(() -> answer.body().forEach(lines::add));
        return lines;
    }

    private static List<String> types(List<String> lines) {
        var types = new ArrayList<String>();
        for (var line : lines) {
            if (line.startsWith("data: {")) {
                types.add(json(line.substring(6)).path("type").asText());
            }
        }
        return types;
    }

    private static boolean personaIsAwaited() {
        return "1"
                .equals(hub.database()
                        .value("select count(*) from pg_stat_activity where datname = current_database()"
                                + " and wait_event_type = 'Lock' and query like 'select p.id, p.name%'"));
    }

    private static boolean toolsAreAwaited() {
        return ProcessHandle.current()
                .children()
                .anyMatch(child -> child.info()
                        .commandLine()
                        .filter(line -> line.contains(gate().toString()))
                        .isPresent());
    }
}
