package dev.gaia.chat.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.mcp.InProcessTransport;
import dev.gaia.chat.mcp.SdkJson;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded MCP filesystem server: the tools of {@code mcp/filesystem-tools.json} on {@link RootedFiles}. It answers
 * in the words of npm's server, so that whoever calls it need not know which of the two it is.
 */
final class FilesystemTools {

    private static final Logger log = LoggerFactory.getLogger(FilesystemTools.class);

    private static final String TOOLS = "/mcp/filesystem-tools.json";
    private static final Set<String> READING = Set.of("list_directory", "read_file");

    private final FileSettings settings;
    private final SdkJson json;
    private final ObjectMapper mapper;

    FilesystemTools(FileSettings settings, SdkJson json, ObjectMapper mapper) {
        this.settings = settings;
        this.json = json;
        this.mapper = mapper;
    }

    /**
     * Opens the root and starts a server on it.
     *
     * @throws UncheckedIOException when the root cannot be used
     */
    McpClientTransport transport() {
        try {
            var files = RootedFiles.below(settings.hostRoot(), settings.limits());
            var transport = new InProcessTransport(json.mapper());
            McpServer.sync(transport)
                    .serverInfo("gaia-filesystem", "0.1.0")
                    .jsonMapper(json.mapper())
                    .jsonSchemaValidator(json.validator())
                    .capabilities(
                            McpSchema.ServerCapabilities.builder().tools(false).build())
                    .tools(specifications(files))
                    .build();
            return transport;
        } catch (IOException e) {
            throw new UncheckedIOException("the folder `gaia.files.root` cannot be used", e);
        }
    }

    private List<SyncToolSpecification> specifications(RootedFiles files) throws IOException {
        var specifications = new ArrayList<SyncToolSpecification>();
        for (var tool : declarations()) {
            if (settings.write() || READING.contains(tool.path("name").asText())) {
                var declared = mapper.treeToValue(tool, McpSchema.Tool.class);
                specifications.add(new SyncToolSpecification(
                        declared,
                        (context, request) -> call(files, declared.name(), mapper.valueToTree(request.arguments()))));
            }
        }
        return specifications;
    }

    private JsonNode declarations() throws IOException {
        try (var text = FilesystemTools.class.getResourceAsStream(TOOLS)) {
            return mapper.readTree(text);
        }
    }

    private McpSchema.CallToolResult call(RootedFiles files, String tool, JsonNode arguments) {
        ObjectNode result;
        try {
            result = run(files, tool, arguments);
        } catch (FileFault e) {
            result = refusal(e);
        } catch (IOException e) {
            log.warn("{} failed: {}", tool, e.getClass().getSimpleName());
            result = text("Error: EIO: The file system failed").put("isError", true);
        }
        return mapper.convertValue(result, McpSchema.CallToolResult.class);
    }

    /** The result of a call that was refused. */
    static ObjectNode refusal(FileFault fault) {
        return text("Error: " + fault.getMessage()).put("isError", true);
    }

    private static ObjectNode run(RootedFiles files, String tool, JsonNode arguments) throws FileFault, IOException {
        var path = files.path(arguments.path("path").asText());
        switch (tool) {
            case "list_directory" -> {
                return listing(files, path);
            }
            case "read_file" -> {
                return text(files.read(path));
            }
            case "write_file" -> files.write(path, arguments.path("content").asText());
            case "delete_file" -> files.deleteFile(path);
            case "create_directory" -> files.createFolder(path);
            case "delete_directory" -> files.deleteFolder(path);
            default -> throw FileFault.badPath("There is no tool called " + tool);
        }
        return text("Done: " + path);
    }

    private static ObjectNode listing(RootedFiles files, FilePath path) throws FileFault, IOException {
        var lines = new ArrayList<String>();
        var entries = JsonNodeFactory.instance.arrayNode();
        for (var entry : files.list(path)) {
            var kind = entry.file() ? "FILE" : entry.folder() ? "DIR" : "OTHER";
            lines.add("[" + kind + "] " + entry.name().replaceAll("\\p{Cntrl}", "?"));
            entries.addObject()
                    .put("name", entry.name())
                    .put("type", entry.file() ? "file" : entry.folder() ? "directory" : "unknown")
                    .put("size", entry.size());
        }
        var result = text(String.join("\n", lines));
        result.putObject("structuredContent").set("entries", entries);
        return result;
    }

    private static ObjectNode text(String text) {
        var result = JsonNodeFactory.instance.objectNode().put("isError", false);
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }
}
