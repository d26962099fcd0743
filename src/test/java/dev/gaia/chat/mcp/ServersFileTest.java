package dev.gaia.chat.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.StartRefused;
import dev.gaia.chat.mcp.ServerDeclaration.Address;
import dev.gaia.chat.mcp.ServerDeclaration.Command;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServersFileTest {

    private static final Map<String, String> ENVIRONMENT = Map.of("TOKEN", "t0k$en", "HOST", "tools.example");

    @TempDir
    Path directory;

    @Test
    void readsCommandsAndAddresses() {
        var servers = read("""
                {"mcpServers": {
                  "everything": {"command": "npx", "args": ["-y", "server", "${HOST}"], "env": {"TOKEN": "${TOKEN}"}},
                  "remote": {"type": "http", "url": "https://${HOST}/mcp", "headers": {"Authorization": "Bearer ${TOKEN}"},
                             "tools": ["search"]},
                  "local": {"url": "http://127.0.0.1:3001/mcp", "tools": ["*"], "reading": ["look"], "acting": ["*"]},
                  "off": {"command": "x", "disabled": true}
                }}
                """);

        assertThat(servers)
                .containsExactly(
                        new ServerDeclaration(
                                "everything",
                                new Command(List.of("npx", "-y", "server", "tools.example"), Map.of("TOKEN", "t0k$en")),
                                Set.of()),
                        new ServerDeclaration(
                                "remote",
                                new Address(
                                        URI.create("https://tools.example/mcp"),
                                        Map.of("Authorization", "Bearer t0k$en")),
                                Set.of("search")),
                        new ServerDeclaration(
                                "local",
                                new Address(URI.create("http://127.0.0.1:3001/mcp"), Map.of()),
                                Set.of(),
                                Set.of("look"),
                                Set.of("*")));
        assertThat(servers.toString()).doesNotContain("t0k$en");
    }

    @ParameterizedTest
    @CsvSource({
        "look, false, READS",
        "look, true, READS",
        "save, true, ACTS",
        "other, true, READS",
        "other, false, ACTS"
    })
    void aToolCountsAsWhatItIsNamedForThenAsWhatItSaysThenAsTheRest(String name, boolean readOnly, String effect) {
        var server = new ServerDeclaration(
                "a", new Command(List.of("x"), Map.of()), Set.of(), Set.of("look"), Set.of("save", "*"));

        assertThat(server.effect(McpTool.of("a", name, "", new ObjectMapper().createObjectNode(), readOnly)))
                .hasToString(effect);
    }

    @Test
    void takesTheDefaultOfAVariableThatIsNotSet() {
        var servers = read("{\"mcpServers\": {\"a\": {\"command\": \"${RUNNER:-npx}\"}}}");

        assertThat(((Command) servers.getFirst().launch()).command()).containsExactly("npx");
    }

    @Test
    void leavesAServerOutWhoseVariableIsNotSet() {
        var servers = read("""
                {"mcpServers": {"a": {"command": "x", "env": {"KEY": "${NO_SUCH}"}}, "b": {"command": "y"}}}
                """);

        assertThat(servers).extracting(ServerDeclaration::name).containsExactly("b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"servers\": {}}",
                "{\"mcpServers\": {\"a b\": {\"command\": \"x\"}}}",
                "{\"mcpServers\": {\"a\": {}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"\"}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"url\": \"https://x\"}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"args\": \"-y\"}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"env\": []}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"acting\": \"send\"}}}",
                "{\"mcpServers\": {\"a\": {\"url\": \"http://10.0.0.1/mcp\"}}}",
                "{\"mcpServers\": {\"a\": {\"url\": \"http://127.0.0.1@evil.example/mcp\"}}}",
                "{\"mcpServers\": {\"a\": {\"url\": \"file:///etc/passwd\"}}}",
                "not json"
            })
    void refusesToStartWithAFaultyFile(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(StartRefused.class).hasMessageContaining("servers");
    }

    private List<ServerDeclaration> read(String text) {
        try {
            var file = Files.writeString(directory.resolve("servers.json"), text);
            return new ServersFile(new ObjectMapper(), ENVIRONMENT::get).read(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
