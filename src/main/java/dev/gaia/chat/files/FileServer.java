package dev.gaia.chat.files;

import dev.gaia.chat.mcp.ServerDeclaration;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which MCP server does the filesystem operations. */
final class FileServer {

    private static final Logger log = LoggerFactory.getLogger(FileServer.class);

    private static final String NPX = "npx";
    private static final List<String> NPM_SERVER = List.of("-y", "@modelcontextprotocol/server-filesystem");
    private static final Set<String> READING = Set.of("list_directory", "read_file");

    private final FileSettings settings;

    FileServer(FileSettings settings) {
        this.settings = settings;
    }

    ServerDeclaration declaration(FilesystemTools embedded) {
        if (settings.embedded()) {
            return new ServerDeclaration(
                    "filesystem", new ServerDeclaration.InProcess(embedded::transport), Set.of(), READING, acting());
        }
        makeRoot();
        var command = new ArrayList<String>();
        command.add(settings.command());
        if (NPX.equals(settings.command())) {
            command.addAll(NPM_SERVER);
        }
        command.add(settings.hostRoot().toString());
        return new ServerDeclaration(
                "filesystem",
                new ServerDeclaration.Command(command, Map.of()),
                settings.write() ? Set.of() : READING,
                READING,
                acting(),
                new HostFileGuard(settings));
    }

    private Set<String> acting() {
        return settings.write() ? Set.of("*") : Set.of();
    }

    private void makeRoot() {
        try {
            Files.createDirectories(settings.hostRoot());
        } catch (IOException e) {
            log.warn("`gaia.files.root`, {}, cannot be made; the filesystem operations will not work", settings.root());
        }
    }

    FilePath path(String text) throws FileFault {
        return FilePath.parse(text, settings.depthMax());
    }
}
