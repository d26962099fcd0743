package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the filesystem operations answer over HTTP, whichever MCP server does them (semantics 14.2). */
abstract class FilesystemContract {

    @TempDir
    static Path directory;

    /** The folder that is shown, beside one that is not. */
    static Path makeRoot() throws IOException {
        var root = Files.createDirectories(directory.resolve("root/kb")).getParent();
        var outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret.txt"), "secret");
        Files.writeString(root.resolve("notes.md"), "# Notes\n");
        Files.writeString(root.resolve("with space.md"), "ä");
        Files.createSymbolicLink(root.resolve("link"), outside);
        Files.createLink(root.resolve("hard.txt"), outside.resolve("secret.txt"));
        Files.writeString(root.resolve("large.txt"), "x".repeat(2000));
        return root;
    }

    abstract HttpResponse<String> list(String path);

    abstract HttpResponse<String> read(String path);

    @Test
    void listsAnEmptyFolder() {
        assertThat(list("kb").body()).isEqualTo("{\"path\":\"/kb\",\"entries\":[],\"total\":0}");
    }

    @Test
    void readsFiles() {
        assertThat(read("/notes.md").body()).isEqualTo("{\"path\":\"/notes.md\",\"content\":\"# Notes\\n\"}");
        assertThat(read("with space.md").body()).isEqualTo("{\"path\":\"/with space.md\",\"content\":\"ä\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "../outside/secret.txt, 403, Path is outside the allowed root",
        "/kb/../../outside/secret.txt, 403, Path is outside the allowed root",
        "/link/secret.txt, 403, Path is outside the allowed root",
        "/hard.txt, 403, Path is outside the allowed root",
        "/large.txt, 400, Too large to be read: /large.txt",
        "/etc/passwd, 404, Path not found: /etc/passwd",
        "/nope, 404, Path not found: /nope",
        "/kb, 400, Is a directory: /kb",
        "/, 400, Is a directory: /",
        "/notes.md/x, 400, Not a directory: /notes.md/x"
    })
    void refusesToRead(String path, int status, String detail) {
        assertRefused(read(path), status, detail);
    }

    @ParameterizedTest
    @CsvSource({
        "../outside, 403, Path is outside the allowed root",
        "/link, 403, Path is outside the allowed root",
        "/nope, 404, Path not found: /nope",
        "/notes.md, 400, Not a directory: /notes.md",
        "/hard.txt, 400, Not a directory: /hard.txt"
    })
    void refusesToList(String path, int status, String detail) {
        assertRefused(list(path), status, detail);
    }

    static void assertRefused(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo("{\"detail\":\"Service error: {\\\"detail\\\":\\\"" + detail + "\\\"}\"}");
    }
}
