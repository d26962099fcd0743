package dev.gaia.chat.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.StartRefused;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tools that operators know, as they were when they were approved: {@code {"<server>": {"approved": {"<tool>":
 * {"fingerprint", "description"}}, "withheld": {…, "reason", "schema"}}}}. To approve a withheld tool, its entry is moved
 * from {@code withheld} to {@code approved}; a server that is taken out is approved as it then is. Read at each use, so
 * that what people and other processes write counts. Where it cannot be written, what was approved lasts as long as this
 * process.
 */
final class ApprovalsFile {

    private static final Logger log = LoggerFactory.getLogger(ApprovalsFile.class);
    private static final TypeReference<TreeMap<String, Server>> SERVERS = new TypeReference<>() {};

    private final Optional<Path> path;
    private final ObjectMapper mapper;
    private TreeMap<String, Server> known = new TreeMap<>();
    private boolean unwritable;

    /** A tool as people read it before they approve it; {@code reason} and {@code schema} only while it is withheld. */
    record Entry(String fingerprint, String description, Optional<String> reason, Optional<ObjectNode> schema) {

        static Entry approved(McpTool tool) {
            return new Entry(tool.fingerprint(), tool.description(), Optional.empty(), Optional.empty());
        }

        static Entry withheld(McpTool tool, String reason) {
            return new Entry(tool.fingerprint(), tool.description(), Optional.of(reason), Optional.of(tool.schema()));
        }
    }

    /** The tools of one server by name. */
    record Server(Map<String, Entry> approved, Map<String, Entry> withheld) {
        Server {
            approved = approved == null ? Map.of() : new TreeMap<>(approved);
            withheld = withheld == null ? Map.of() : new TreeMap<>(withheld);
        }
    }

    /**
     * @param path none keeps approvals in memory
     * @throws StartRefused when there is a file that cannot be understood
     */
    ApprovalsFile(Optional<Path> path, ObjectMapper mapper) {
        this.path = path;
        this.mapper = mapper;
        try {
            read();
        } catch (IOException e) {
            throw new StartRefused(
                    "`gaia.mcp.approvals-file` names "
                            + path.map(Path::toString).orElse("")
                            + ", which cannot be read as the approvals of tools; mend it, or remove it to approve all tools as they are now");
        }
    }

    /** What is known of a server's tools; empty for one that was never asked. */
    synchronized Optional<Server> server(String name) {
        try {
            read();
        } catch (IOException e) {
            log.warn("The approvals of tools cannot be read; those read before go on to count: {}", e.getMessage());
        }
        return Optional.ofNullable(known.get(name));
    }

    synchronized void keep(String name, Server server) {
        if (server.equals(known.put(name, server)) || path.isEmpty() || unwritable) {
            return;
        }
        try {
            write(path.get());
        } catch (IOException e) {
            unwritable = true;
            log.warn(
                    "`gaia.mcp.approvals-file`, {}, cannot be written; what is approved now is forgotten when this process ends",
                    path.get());
        }
    }

    private void read() throws IOException {
        if (!unwritable && path.isPresent() && Files.exists(path.get())) {
            known = mapper.readValue(Files.readAllBytes(path.get()), SERVERS);
        }
    }

    /** As a whole: readers see the old text or the new one. */
    private void write(Path file) throws IOException {
        var draft = file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid());
        Files.write(draft, mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(known));
        try {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
