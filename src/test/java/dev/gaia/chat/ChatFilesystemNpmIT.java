package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.mcp.McpServers;
import dev.gaia.chat.mcp.NpmServers;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The filesystem operations over HTTP with the server of npm in the place of the embedded one: the same answers, but for
 * the sizes of files, which npm's server does not tell.
 */
class ChatFilesystemNpmIT extends FilesystemContract {

    private static ChatHub hub;

    @BeforeAll
    static void start() throws IOException {
        NpmServers.requireNpx();
        var root = makeRoot();
        makePipe(root.resolve("pipe"));
        hub = ChatHub.with(Map.of(
                "gaia.files.command",
                "npx",
                "gaia.files.root",
                root.toString(),
                "gaia.mcp.start-timeout",
                "60s",
                "gaia.mcp.call-timeout",
                "60s",
                "gaia.files.file-max-bytes",
                "1000",
                "gaia.files.entries-max",
                "20"));
    }

    private static void makePipe(Path path) throws IOException {
        try {
            assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                    .isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void stop() {
        if (hub != null) {
            hub.close();
        }
    }

    @Test
    void listsFolders() {
        var answer = ChatHub.json(list("/"));

        assertThat(answer.path("path").asText()).isEqualTo("/");
        assertThat(answer.path("total").asInt()).isEqualTo(7);
        assertThat(answer.path("entries").toString())
                .contains("{\"name\":\"kb\",\"type\":\"directory\",\"size\":0}")
                .contains("{\"name\":\"notes.md\",\"type\":\"file\",\"size\":0}");
    }

    @Test
    void refusesPipes() {
        assertRefused(read("/pipe"), 403, "Path is outside the allowed root");
        assertRefused(list("/pipe"), 403, "Path is outside the allowed root");
    }

    @Test
    void refusesToListAFolderThatIsTooLong() throws IOException {
        var full = Files.createDirectory(directory.resolve("root/kb/full"));
        for (int i = 0; i < 21; i++) {
            Files.createFile(full.resolve("f" + i));
        }
        try {
            assertRefused(list("kb/full"), 400, "Too large to be read: /kb/full");
        } finally {
            for (int i = 0; i < 21; i++) {
                Files.delete(full.resolve("f" + i));
            }
            Files.delete(full);
        }
    }

    /** What a model is told when it asks for the same. */
    @ParameterizedTest
    @CsvSource({
        "read_file, /notes.md, # Notes",
        "read_file, notes.md, # Notes",
        "read_file, /hard.txt, Error: EACCES: Path is outside the allowed root",
        "read_file, /pipe, Error: EACCES: Path is outside the allowed root",
        "read_file, /link/secret.txt, Error: EACCES: Path is outside the allowed root",
        "read_file, /large.txt, Error: EFBIG: The file is larger than 1000 bytes",
        "list_directory, kb, ''"
    })
    void tellsModelsTheSame(String tool, String path, String text) throws Exception {
        var server = hub.hub().bean(McpServers.class).find("filesystem").orElseThrow();

        var result = server.call(tool, JsonNodeFactory.instance.objectNode().put("path", path));

        assertThat(result.at("/content/0/text").asText()).startsWith(text);
        assertThat(result.toString()).doesNotContain(directory.toString());
    }

    @Test
    void takesThePathOfTheHostToo() throws Exception {
        var server = hub.hub().bean(McpServers.class).find("filesystem").orElseThrow();
        var path = directory.resolve("root/notes.md").toRealPath().toString();

        var result =
                server.call("read_file", JsonNodeFactory.instance.objectNode().put("path", path));

        assertThat(result.at("/content/0/text").asText()).isEqualTo("# Notes\n");
    }

    @Test
    void says503WhileTheServerCannotBeStarted() {
        try (var away = ChatHub.with(Map.of(
                "gaia.files.command",
                "/no/such/program",
                "gaia.files.root",
                directory.resolve("root").toString()))) {
            assertRefused(away.get("/api/v1/filesystem"), 503, "MCP filesystem server unavailable");
            assertRefused(
                    away.post("/api/v1/filesystem/read", "{'path':'/notes.md'}"),
                    503,
                    "MCP filesystem server unavailable");
        }
    }

    @Override
    HttpResponse<String> list(String path) {
        return hub.get("/api/v1/filesystem?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8));
    }

    @Override
    HttpResponse<String> read(String path) {
        return hub.post("/api/v1/filesystem/read", "{'path':'" + path + "'}");
    }
}
