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
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The filesystem operations over HTTP, done by the MCP server inside the process (semantics 14.2). */
class ChatFilesystemRouteIT extends FilesystemContract {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String[] KEY = {"X-API-Key", "the-configured-key"};

    private static TestDatabase database;
    private static Hub hub;

    @BeforeAll
    static void start() throws IOException {
        var root = makeRoot();
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

    @Override
    HttpResponse<String> list(String path) {
        return hub.get("/api/v1/filesystem?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8), KEY);
    }

    @Override
    HttpResponse<String> read(String path) {
        return hub.post("/api/v1/filesystem/read", "{\"path\":\"" + path + "\"}", KEY);
    }

    private static JsonNode json(HttpResponse<String> answer) throws JsonProcessingException {
        return MAPPER.readTree(answer.body());
    }
}
