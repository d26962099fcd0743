package dev.gaia.chat.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.embedded.FreePort;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both eras of the protocol at one address: the official server of 2026-07-28, and one that knows sessions only. */
@Timeout(240)
class McpErasIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String TOKEN = "Bearer of-the-server";

    @TempDir
    Path directory;

    private int port;
    private Process running;

    @BeforeEach
    void start() throws IOException {
        port = FreePort.find();
        running = stateless();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (running != null) {
            running.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void speaksWithoutSessionsToAServerOfTheNewEra() throws Exception {
        try (var server = server(Map.of("Authorization", TOKEN))) {
            awaitAnswer(server, "hello");

            assertThat(server.tools()).extracting(McpTool::name).containsExactly("echo");
            assertThat(server.withheld()).isEqualTo(1);
            server.call("echo", message(" grüße "));
            var call = last(seen(), "tools/call");
            assertThat(call.path("mcp-protocol-version").asText()).isEqualTo("2026-07-28");
            assertThat(call.path("mcp-name").asText()).isEqualTo("echo");
            assertThat(call.path("mcp-param-message").asText())
                    .startsWith("=?base64?")
                    .endsWith("?=");
            assertThat(call.has("mcp-session-id")).isFalse();
            assertThat(call.has("x-api-key")).isFalse();
            assertThat(seen())
                    .allMatch(headers ->
                            TOKEN.equals(headers.path("authorization").asText()));
            assertThat(seen().findValuesAsText("mcp-method")).doesNotContain("initialize");
        }
    }

    @Test
    void whatTheServerRefusesIsATextForTheModel() throws Exception {
        try (var server = server(Map.of("Authorization", TOKEN))) {
            awaitAnswer(server, "hello");

            assertThatThrownBy(() -> server.call("no_such_tool", MAPPER.createObjectNode()))
                    .isInstanceOf(McpFault.class)
                    .hasMessageContaining("no_such_tool");
            assertThat(echo(server, "still here")).contains("still here");
        }
    }

    @Test
    void aServerThatWantsOtherCredentialsContributesNothing() throws Exception {
        try (var right = server(Map.of("Authorization", TOKEN));
                var wrong = server(Map.of())) {
            awaitAnswer(right, "hello");

            assertThat(wrong.tools()).isEmpty();
            assertThatThrownBy(() -> wrong.call("echo", message("x"))).hasMessageContaining("is unavailable");
        }
    }

    @Test
    void asksAgainWhichEraItIsWhenAnotherServerAnswers() throws Exception {
        try (var server = server(Map.of("Authorization", TOKEN))) {
            awaitAnswer(server, "new era");
            stop();
            running = withSessions();

            awaitAnswer(server, "old era");
            assertThat(server.tools()).extracting(McpTool::name).contains("echo");
        }
    }

    private McpServer server(Map<String, String> headers) {
        return McpServersIT.server(
                "remote",
                new ServerDeclaration.Address(URI.create("http://127.0.0.1:" + port + "/mcp"), headers),
                Duration.ofSeconds(20));
    }

    private Process stateless() throws IOException {
        return started(Map.of(), "node", NpmServers.statelessScript().toString(), String.valueOf(port), TOKEN);
    }

    private Process withSessions() throws IOException {
        return started(
                Map.of("PORT", String.valueOf(port)),
                "node",
                NpmServers.script("everything").toString(),
                "streamableHttp");
    }

    private Process started(Map<String, String> environment, String... command) throws IOException {
        var process = new ProcessBuilder(List.of(command));
        process.environment().putAll(environment);
        return process.redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile())
                .start();
    }

    private static void awaitAnswer(McpServer server, String text) {
        await().ignoreExceptions()
                .atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(echo(server, text)).contains(text));
    }

    private static String echo(McpServer server, String text) throws McpFault {
        return server.call("echo", message(text)).at("/content/0/text").asText();
    }

    private static ObjectNode message(String text) {
        return MAPPER.createObjectNode().put("message", text);
    }

    private JsonNode seen() throws IOException {
        try (var told = URI.create("http://127.0.0.1:" + port + "/seen").toURL().openStream()) {
            return MAPPER.readTree(told);
        }
    }

    private static JsonNode last(JsonNode seen, String method) {
        JsonNode last = MAPPER.missingNode();
        for (var headers : seen) {
            if (method.equals(headers.path("mcp-method").asText())) {
                last = headers;
            }
        }
        return last;
    }
}
