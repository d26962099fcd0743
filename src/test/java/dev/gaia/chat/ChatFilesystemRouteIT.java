package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filesystem operations over HTTP, done by the MCP server inside the process (semantics 14.2). */
class ChatFilesystemRouteIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String[] KEY = {"X-API-Key", "the-configured-key"};

    @TempDir
    static Path directory;

    private static TestDatabase database;
    private static Hub hub;

    @BeforeAll
    static void start() throws IOException {
        var root = Files.createDirectories(directory.resolve("root/kb")).getParent();
        var outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret.txt"), "secret");
        Files.writeString(root.resolve("notes.md"), "# Notes\n");
        Files.writeString(root.resolve("with space.md"), "ä");
        Files.createSymbolicLink(root.resolve("link"), outside);
        Files.createLink(root.resolve("hard.txt"), outside.resolve("secret.txt"));
        Files.writeString(root.resolve("large.txt"), "x".repeat(2000));
        database = TestDatabase.migrated();
        hub = Hub.with(Map.of(
                        "gaia.database.url",
                        database.url(),
                        "gaia.auth.api-key",
                        KEY[1],
                        "gaia.files.root",
                        root.toString(),
                        "gaia.files.file-max-bytes",
                        "1000"))
                .start();
    }

    @AfterAll
    static void stop() {
        hub.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/filesystem", "/api/v1/filesystem?path=/", "/api/v1/filesystem/files?path=/"})
    void listsTheRoot(String path) throws JsonProcessingException {
        var answer = hub.get(path, KEY);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("path").asText()).isEqualTo("/");
        assertThat(json(answer).path("total").asInt()).isEqualTo(6);
        assertThat(json(answer).path("entries").toString())
                .contains("{\"name\":\"kb\",\"type\":\"directory\",\"size\":0}")
                .contains("{\"name\":\"notes.md\",\"type\":\"file\",\"size\":8}")
                .contains("{\"name\":\"link\",\"type\":\"unknown\",\"size\":0}");
    }

    @Test
    void listsAnEmptyFolder() {
        assertThat(list("kb").body()).isEqualTo("{\"path\":\"/kb\",\"entries\":[],\"total\":0}");
    }

    @Test
    void readsAFile() {
        assertThat(read("/notes.md").body()).isEqualTo("{\"path\":\"/notes.md\",\"content\":\"# Notes\\n\"}");
        assertThat(read("with space.md").body()).isEqualTo("{\"path\":\"/with space.md\",\"content\":\"ä\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "../outside/secret.txt, 403, Path is outside the allowed root",
        "/kb/../../outside/secret.txt, 403, Path is outside the allowed root",
        "/link/secret.txt, 403, Path is outside the allowed root",
        "/hard.txt, 403, Path is outside the allowed root",
        "/etc/passwd, 404, Path not found: /etc/passwd",
        "/nope, 404, Path not found: /nope",
        "/kb, 400, Is a directory: /kb",
        "/, 400, Is a directory: /",
        "/notes.md/x, 400, Not a directory: /notes.md/x",
        "/large.txt, 400, Too large to be read: /large.txt"
    })
    void refusesToRead(String path, int status, String detail) {
        assertRefused(read(path), status, detail);
    }

    @ParameterizedTest
    @CsvSource({
        "../outside, 403, Path is outside the allowed root",
        "/link, 403, Path is outside the allowed root",
        "/nope, 404, Path not found: /nope",
        "/notes.md, 400, Not a directory: /notes.md"
    })
    void refusesToList(String path, int status, String detail) {
        assertRefused(list(path), status, detail);
    }

    @Test
    void refusesNamesThatNoFileCanHave() {
        assertThat(read("a\\u0000b").statusCode()).isEqualTo(400);
        assertThat(list("a\0b").statusCode()).isEqualTo(400);
        assertThat(read("x/".repeat(40)).statusCode()).isEqualTo(400);
        assertThat(read("kb\\\\x").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"path\":null}", "{\"path\":5}"})
    void refusesARequestWithoutAPath(String body) {
        var answer = hub.post("/api/v1/filesystem/read", body, KEY);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).startsWith("{\"detail\":\"Service error: {").contains("path");
    }

    @Test
    void refusesBodiesThatAreNoObjectAndCallersWithoutCredentials() {
        assertThat(hub.post("/api/v1/filesystem/read", "[]", KEY).body())
                .isEqualTo("{\"detail\":\"Invalid JSON body\"}");
        assertThat(hub.get("/api/v1/filesystem").statusCode()).isEqualTo(401);
        assertThat(hub.get("/api/v1/filesystem", "X-API-Key", "wrong").statusCode())
                .isEqualTo(403);
    }

    @Test
    void says503WhileThereIsNoServer() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "");
        try (var away = Hub.with(Map.of(
                        "gaia.database.url", database.url(),
                        "gaia.auth.api-key", KEY[1],
                        "gaia.files.root", file.resolve("below").toString()))
                .start()) {
            assertRefused(away.get("/api/v1/filesystem", KEY), 503, "MCP filesystem server unavailable");
        }
    }

    private static HttpResponse<String> list(String path) {
        return hub.get("/api/v1/filesystem?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8), KEY);
    }

    private static HttpResponse<String> read(String path) {
        return hub.post("/api/v1/filesystem/read", "{\"path\":\"" + path + "\"}", KEY);
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo("{\"detail\":\"Service error: {\\\"detail\\\":\\\"" + detail + "\\\"}\"}");
    }

    private static JsonNode json(HttpResponse<String> answer) throws JsonProcessingException {
        return MAPPER.readTree(answer.body());
    }
}
