package dev.gaia.chat.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gaia.chat.mcp.CallGuard;
import dev.gaia.chat.mcp.McpFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has an MCP filesystem server of others refuse what the embedded one refuses: links, files with a second name, pipes,
 * devices, and what is too large, before the call and, of what was read, after it. Paths are those of the embedded
 * server, from the root on; the server gets the host's.
 *
 * <p>A swap during the call that is undone before its end is not seen: the server opens the files, and by their paths.
 */
final class HostFileGuard implements CallGuard {

    private static final Logger log = LoggerFactory.getLogger(HostFileGuard.class);

    /** The arguments that hold a path, or a list of them, in the tools of npm's server (read November 2026). */
    private static final List<String> PATHS = List.of("path", "paths", "source", "destination");

    private static final Set<String> OF_FOLDERS =
            Set.of("list_directory", "list_directory_with_sizes", "directory_tree", "search_files");
    private static final Set<String> CHANGING = Set.of("write_file", "edit_file", "create_directory", "move_file");
    /** Those whose result is the text of one file. */
    private static final Set<String> READING = Set.of("read_file", "read_text_file");

    private final FileSettings settings;

    HostFileGuard(FileSettings settings) {
        this.settings = settings;
    }

    @Override
    public ObjectNode call(String tool, ObjectNode arguments, Call call) throws McpFault {
        try {
            var files = RootedFiles.below(settings.hostRoot(), settings.limits());
            var checked = new LinkedHashMap<FilePath, Object>();
            var made = call.with(onHost(files, tool, arguments, checked));
            return made.path("isError").asBoolean(false) ? told(files, made) : kept(files, tool, checked, made);
        } catch (FileFault e) {
            return FilesystemTools.refusal(e);
        } catch (IOException e) {
            log.warn("{} failed: {}", tool, e.getClass().getSimpleName());
            throw new McpFault("the folder `gaia.files.root` cannot be used");
        }
    }

    private ObjectNode onHost(RootedFiles files, String tool, ObjectNode arguments, Map<FilePath, Object> checked)
            throws FileFault, IOException {
        var host = arguments.deepCopy();
        for (var name : PATHS) {
            var node = arguments.path(name);
            if (node.isTextual()) {
                host.set(name, onHost(files, tool, name, node, checked));
            } else if (node.isArray()) {
                var all = host.putArray(name);
                for (var each : node) {
                    all.add(onHost(files, tool, name, each, checked));
                }
            }
        }
        files.requireSize(arguments.path("content").asText("").getBytes(StandardCharsets.UTF_8).length);
        return host;
    }

    private static TextNode onHost(
            RootedFiles files, String tool, String argument, JsonNode text, Map<FilePath, Object> checked)
            throws FileFault, IOException {
        var path = path(files, text.asText());
        if (OF_FOLDERS.contains(tool)) {
            files.list(path);
        } else if (CHANGING.contains(tool) && !"source".equals(argument)) {
            files.checkForChange(path);
        } else {
            checked.put(path, files.check(path));
        }
        return TextNode.valueOf(files.onHost(path).toString());
    }

    /** The server itself tells models the host's paths, so that they may name those too. */
    private static FilePath path(RootedFiles files, String text) throws FileFault {
        var path = files.path(text);
        var root = files.onHost(files.path("/"));
        var asHost = Path.of("/").resolve(String.join("/", path.names()));
        return text.startsWith("/") && asHost.startsWith(root)
                ? files.path(root.relativize(asHost).toString())
                : path;
    }

    /** What was read counts when its path still leads to the same, and is no more than may be read. */
    private ObjectNode kept(RootedFiles files, String tool, Map<FilePath, Object> checked, ObjectNode result)
            throws FileFault, IOException {
        if (CHANGING.contains(tool)) {
            return result;
        }
        for (var before : checked.entrySet()) {
            if (!Objects.equals(before.getValue(), files.check(before.getKey()))) {
                throw FileFault.outside();
            }
        }
        if (READING.contains(tool)) {
            long bytes = 0;
            for (var part : result.path("content")) {
                bytes += part.path("text").asText("").getBytes(StandardCharsets.UTF_8).length;
            }
            files.requireSize(bytes);
        }
        return result;
    }

    /** The server's words, without the folders of the host. */
    private static ObjectNode told(RootedFiles files, ObjectNode result) throws FileFault {
        var root = files.onHost(files.path("/")).toString();
        if (result.get("content") instanceof ArrayNode content) {
            for (var part : content) {
                if (part instanceof ObjectNode text
                        && text.path("text").asText("").contains(root)) {
                    text.put("text", text.path("text").asText().replace(root, ""));
                }
            }
        }
        return result;
    }
}
