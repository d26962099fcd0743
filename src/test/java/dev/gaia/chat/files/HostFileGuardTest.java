package dev.gaia.chat.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.mcp.McpFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands before a filesystem server of others, in the place of which the tests answer (attacks T04 and T05). */
class HostFileGuardTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int FILE_MAX_BYTES = 100;

    @TempDir
    Path directory;

    private Path root;
    private HostFileGuard guard;
    private final List<ObjectNode> asked = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        root = Files.createDirectories(directory.resolve("root/kb")).getParent().toRealPath();
        var outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret.txt"), "secret");
        Files.writeString(root.resolve("notes.md"), "notes");
        Files.createSymbolicLink(root.resolve("link"), outside);
        Files.createLink(root.resolve("hard.txt"), outside.resolve("secret.txt"));
        guard = new HostFileGuard(new FileSettings(root.toString(), "npx", true, FILE_MAX_BYTES, 20, 8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "write_file | {'path':'/hard.txt','content':'x'} | EACCES",
                "write_file | {'path':'/link/new.txt','content':'x'} | EACCES",
                "write_file | {'path':'/../outside/new.txt','content':'x'} | EACCES",
                "write_file | {'path':'/Notes.md','content':'x'} | EEXIST",
                "write_file | {'path':'/notes.md.','content':'x'} | EINVAL",
                "create_directory | {'path':'/ kb'} | EINVAL",
                "edit_file | {'path':'/hard.txt','edits':[]} | EACCES",
                "move_file | {'source':'/hard.txt','destination':'/moved.txt'} | EACCES",
                "move_file | {'source':'/notes.md','destination':'/link/moved.txt'} | EACCES",
                "read_multiple_files | {'paths':['/notes.md','/hard.txt']} | EACCES",
                "directory_tree | {'path':'/link'} | EACCES",
                "get_file_info | {'path':'/hard.txt'} | EACCES",
                "read_file | {'path':'/nope/x.md'} | ENOENT"
            })
    void refusesBeforeTheServerIsAsked(String tool, String arguments, String reason) throws McpFault {
        var result = guard.call(tool, json(arguments), this::answer);

        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asText()).startsWith("Error: " + reason + ": ");
        assertThat(asked).isEmpty();
    }

    @Test
    void refusesTextsThatAreTooLarge() throws McpFault {
        var arguments = json("{'path':'/new.txt'}").put("content", "x".repeat(FILE_MAX_BYTES + 1));

        assertThat(guard.call("write_file", arguments, this::answer).toString()).contains("EFBIG");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/notes.md", "notes.md", "./notes.md", "//notes.md"})
    void givesTheServerThePathOfTheHost(String path) throws McpFault {
        var result = guard.call("read_file", json("{'path':'" + path + "','head':3}"), this::answer);

        assertThat(result.at("/content/0/text").asText()).isEqualTo("done");
        assertThat(asked).containsExactly(json("{'path':'" + root.resolve("notes.md") + "','head':3}"));
    }

    @Test
    void takesThePathsOfTheHostThatTheServerItselfTells() throws McpFault {
        guard.call(
                "move_file",
                json("{'source':'" + root + "/notes.md','destination':'" + root + "/kb/new.md'}"),
                this::answer);

        assertThat(asked)
                .containsExactly(json("{'source':'" + root + "/notes.md','destination':'" + root + "/kb/new.md'}"));
    }

    @Test
    void whatWasSwappedDuringTheCallIsNotHandedOn() throws McpFault {
        var result = guard.call("read_file", json("{'path':'/notes.md'}"), arguments -> {
            try {
                Files.delete(root.resolve("notes.md"));
                Files.createSymbolicLink(root.resolve("notes.md"), directory.resolve("outside/secret.txt"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return text("secret");
        });

        assertThat(result.toString()).contains("EACCES").doesNotContain("secret");
    }

    @Test
    void whatGrewDuringTheCallIsNotHandedOn() throws McpFault {
        var result = guard.call("read_file", json("{'path':'/notes.md'}"), arguments -> text("x".repeat(200)));

        assertThat(result.toString()).contains("EFBIG").doesNotContain("xxx");
    }

    @Test
    void whatTheServerSaysWentWrongNamesNoFolderOfTheHost() throws McpFault {
        var result = guard.call(
                "read_file",
                json("{'path':'/nope.md'}"),
                arguments -> text("ENOENT: no such file, open '" + root + "/nope.md'")
                        .put("isError", true));

        assertThat(result.at("/content/0/text").asText()).isEqualTo("ENOENT: no such file, open '/nope.md'");
    }

    private ObjectNode answer(ObjectNode arguments) {
        asked.add(arguments);
        return text("done");
    }

    private static ObjectNode text(String text) {
        var result = JsonNodeFactory.instance.objectNode().put("isError", false);
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
