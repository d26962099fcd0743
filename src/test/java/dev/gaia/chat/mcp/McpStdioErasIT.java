package dev.gaia.chat.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.fake.FakeMcpServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Both eras of the protocol over standard input and output: the official server of 2026-07-28, and older ones with each
 * of the ways in which they take the question they do not know.
 */
@Timeout(240)
class McpStdioErasIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void speaksWithoutSessionsToAChildProcessOfTheNewEra() throws Exception {
        // It refuses the greeting of the older era, and writes lines that are no messages.
        try (var server = server(newEra(), Duration.ofSeconds(20))) {
            assertThat(server.tools()).extracting(McpTool::name).containsExactly("echo", "add", "die");
            assertThat(server.call("echo", message("grüße"))
                            .at("/content/0/text")
                            .asText())
                    .isEqualTo("Echo: grüße");
            assertThatThrownBy(() -> server.call("no_such_tool", MAPPER.createObjectNode()))
                    .isInstanceOf(McpFault.class)
                    .hasMessageContaining("no_such_tool");
        }
        await().until(() -> McpServersIT.children("stateless-stdio-server").isEmpty());
    }

    @Test
    void hearsThatTheToolsAreOthersNow() throws Exception {
        try (var server = server(newEra(), Duration.ofSeconds(20))) {
            assertThat(server.tools()).hasSize(3);

            server.call("add", MAPPER.createObjectNode());

            await().untilAsserted(() -> {
                assertThat(server.tools()).hasSize(3);
                assertThat(server.withheld())
                        .as("the new one waits for an operator")
                        .isEqualTo(1);
            });
        }
    }

    @Test
    void startsAServerOfTheNewEraThatEndedAgain() throws Exception {
        try (var server = server(newEra(), Duration.ofSeconds(20))) {
            assertThatThrownBy(() -> server.call("die", MAPPER.createObjectNode()))
                    .isInstanceOf(McpFault.class);

            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(
                                    server.call("echo", message("again")).toString())
                            .contains("again"));
        }
    }

    @Test
    void greetsAServerThatEndsWhenItIsAskedInTheNewProtocol() throws Exception {
        var ending = "read line; case \"$line\" in *server/discover*) exit 1;; esac;"
                + " (printf '%s\\n' \"$line\"; cat) | \"$@\"";
        try (var server = server(oldEra(ending), Duration.ofSeconds(20))) {
            assertThat(says(server, "old era")).isEqualTo("old era");
        }
    }

    @Test
    void greetsAServerThatSaysNothingWhenItIsAskedInTheNewProtocol() throws Exception {
        try (var server = server(oldEra("read line; exec \"$@\""), Duration.ofSeconds(6))) {
            assertThat(says(server, "old era")).isEqualTo("old era");
        }
    }

    private static String says(McpServer server, String text) throws McpFault {
        return server.call("say", MAPPER.createObjectNode().put("text", text))
                .at("/content/0/text")
                .asText();
    }

    private static List<String> newEra() throws Exception {
        return List.of("node", NpmServers.statelessStdioScript().toString());
    }

    /** A shell that stands before a server with sessions. */
    private static List<String> oldEra(String shell) {
        var command = new ArrayList<>(List.of("sh", "-c", shell, "sh"));
        command.addAll(FakeMcpServer.command());
        return command;
    }

    private static McpServer server(List<String> command, Duration startTimeout) {
        return McpServersIT.server(
                "test", new ServerDeclaration.Command(command, Map.of()), startTimeout, Duration.ofSeconds(30));
    }

    private static ObjectNode message(String text) {
        return MAPPER.createObjectNode().put("message", text);
    }
}
