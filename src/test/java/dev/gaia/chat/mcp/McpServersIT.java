package dev.gaia.chat.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.embedded.FreePort;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against the real servers of npm, over standard input and output and over streamable HTTP. */
@Timeout(240)
class McpServersIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void callsToolsOfAChildProcess() throws Exception {
        try (var server = node("everything", Duration.ofSeconds(20))) {
            assertThat(server.tools()).extracting(McpTool::offeredName).contains("mcp_everything_echo");
            assertThat(server.tools())
                    .allSatisfy(tool ->
                            assertThat(tool.schema().path("type").asText()).isEqualTo("object"));

            var result = server.call("echo", arguments("{\"message\":\"hello\"}"));

            assertThat(result.at("/content/0/text").asText()).contains("hello");
            assertThat(result.path("isError").asBoolean(false)).isFalse();
        }
    }

    @Test
    void aToolThatSaysItFailedHasAResult() throws Exception {
        try (var server = node("everything", Duration.ofSeconds(20))) {
            var result = server.call("echo", arguments("{}"));

            assertThat(result.path("isError").asBoolean()).isTrue();
        }
    }

    @Test
    void givesUpOnAToolThatTakesTooLongAndGoesOnWithOthers() throws Exception {
        try (var server = node("everything", Duration.ofSeconds(2))) {
            var slow = server.tools().stream()
                    .map(McpTool::name)
                    .filter(name -> name.toLowerCase(Locale.ROOT).contains("long"))
                    .findFirst()
                    .orElseThrow();

            assertThatThrownBy(() -> server.call(slow, arguments("{\"duration\":20,\"steps\":2}")))
                    .isInstanceOf(McpFault.class)
                    .hasMessageContaining("did not answer within 2 s");
            assertThat(server.call("echo", arguments("{\"message\":\"still here\"}"))
                            .toString())
                    .contains("still here");
        }
    }

    @Test
    void callsToolsOverStreamableHttp() throws Exception {
        int port = FreePort.find();
        var process = new ProcessBuilder("node", NpmServers.script("everything").toString(), "streamableHttp");
        process.environment().put("PORT", String.valueOf(port));
        var running = process.redirectErrorStream(true)
                .redirectOutput(directory.resolve("http.log").toFile())
                .start();
        try (var server = server(
                new ServerDeclaration.Address(URI.create("http://127.0.0.1:" + port + "/mcp"), Map.of()),
                Duration.ofSeconds(20))) {
            await().ignoreExceptions()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(server.call("echo", arguments("{\"message\":\"hello\"}"))
                                    .toString())
                            .contains("hello"));
            assertThat(server.tools()).isNotEmpty();
        } finally {
            running.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void startsAServerThatDiedAgain() throws Exception {
        try (var server = node("everything", Duration.ofSeconds(20))) {
            server.call("echo", arguments("{\"message\":\"one\"}"));
            var child = onlyChild("everything");

            child.destroyForcibly();

            await().ignoreExceptions()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> server.call("echo", arguments("{\"message\":\"two\"}")));
            assertThat(onlyChild("everything").pid()).isNotEqualTo(child.pid());
        }
        await().until(() -> children("everything").isEmpty());
    }

    @Test
    void handsNoKeysOfThisProcessToAServer() throws Exception {
        try (var server = node("everything", Duration.ofSeconds(20))) {
            var printed = server.tools().stream()
                    .map(McpTool::name)
                    .filter(name -> name.toLowerCase(Locale.ROOT).contains("env"))
                    .findFirst()
                    .orElseThrow();
            var names = MAPPER.readTree(
                    server.call(printed, arguments("{}")).at("/content/0/text").asText());

            assertThat(names.has("PATH")).isTrue();
            assertThat(names.path("DECLARED").asText()).isEqualTo("yes");
            assertThat(Set.of("HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "TMPDIR", "TZ", "USER", "DECLARED"))
                    .containsAll(names::fieldNames);
        }
    }

    @Test
    void readsFilesThroughTheServerOfNpm() throws Exception {
        var root = Files.createDirectory(directory.resolve("root")).toRealPath();
        Files.writeString(root.resolve("a.txt"), "text of a");
        var command = List.of("node", NpmServers.script("filesystem").toString(), root.toString());
        try (var server = server(new ServerDeclaration.Command(command, Map.of()), Duration.ofSeconds(20))) {
            var path =
                    MAPPER.createObjectNode().put("path", root.resolve("a.txt").toString());

            assertThat(server.call("read_file", path).at("/content/0/text").asText())
                    .isEqualTo("text of a");
        }
    }

    @Test
    void aServerThatCannotBeStartedContributesNothing() {
        try (var server =
                server(new ServerDeclaration.Command(List.of("/no/such/program"), Map.of()), Duration.ofSeconds(5))) {
            assertThat(server.tools()).isEmpty();
        }
    }

    @Test
    void stopsAServerThatWritesWithoutEnd() {
        var endless = List.of("sh", "-c", "read line; cat /dev/zero");
        try (var server = server(new ServerDeclaration.Command(endless, Map.of()), Duration.ofSeconds(5))) {
            assertThatThrownBy(() -> server.call("x", arguments("{}"))).isInstanceOf(McpFault.class);
            await().untilAsserted(() -> assertThat(children("/dev/zero")).isEmpty());
        }
    }

    /** Attack T14. */
    @Test
    void whatAnOperatorDeclaresIsNeverReadByAShell() throws Exception {
        var made = directory.resolve("made");
        var text = "$(touch " + made + ") `touch " + made + "` ; touch " + made + " | $HOME && ~ *";
        var child = ChildProcess.start(new ServerDeclaration.Command(List.of("printf", "%s", text), Map.of()));

        var printed = new String(child.output().readAllBytes(), StandardCharsets.UTF_8);

        child.stop(Duration.ofSeconds(2));
        assertThat(printed).isEqualTo(text);
        assertThat(made).doesNotExist();
    }

    @Test
    void stopsTheChildrenOfAServerToo() throws Exception {
        // A server that ignores the end of its input and being asked, with a child that does so too.
        var stubborn = "trap '' TERM; (trap '' TERM; sleep 4711) & sleep 4712";
        var child = ChildProcess.start(new ServerDeclaration.Command(List.of("sh", "-c", stubborn), Map.of()));
        await().until(() -> children("4711").stream()
                .anyMatch(process -> process.info()
                        .command()
                        .filter(name -> name.endsWith("sleep"))
                        .isPresent()));

        child.stop(Duration.ofMillis(400));

        await().untilAsserted(() -> assertThat(children("4711")).isEmpty());
        assertThat(children("4712")).isEmpty();
    }

    private static McpServer node(String name, Duration callTimeout) {
        var command = List.of("node", NpmServers.script(name).toString());
        return server(name, new ServerDeclaration.Command(command, Map.of("DECLARED", "yes")), callTimeout);
    }

    private static McpServer server(ServerDeclaration.Launch launch, Duration callTimeout) {
        return server("test", launch, callTimeout);
    }

    static McpServer server(String name, ServerDeclaration.Launch launch, Duration callTimeout) {
        return server(name, launch, Duration.ofSeconds(20), callTimeout);
    }

    static McpServer server(String name, ServerDeclaration.Launch launch, Duration startTimeout, Duration callTimeout) {
        var settings = new McpSettings(
                Optional.empty(),
                startTimeout,
                callTimeout,
                Duration.ofSeconds(20),
                Duration.ofMinutes(10),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                1_000_000,
                4,
                64);
        var opener = new SdkOpener(settings, MAPPER, new SdkJson(MAPPER));
        return new McpServer(new ServerDeclaration(name, launch, Set.of()), settings, opener, McpServerTest.IN_MEMORY);
    }

    private static ProcessHandle onlyChild(String word) {
        var children = children(word);
        assertThat(children).hasSize(1);
        return children.getFirst();
    }

    /** Processes below this one whose command line has the word. */
    static List<ProcessHandle> children(String word) {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(word))
                        .isPresent())
                .toList();
    }

    private static ObjectNode arguments(String json) throws IOException {
        return (ObjectNode) MAPPER.readTree(json);
    }
}
