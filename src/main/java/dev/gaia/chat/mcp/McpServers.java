package dev.gaia.chat.mcp;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The MCP servers of this process by name. Nothing can be added while it runs. */
public final class McpServers implements AutoCloseable {

    private final Map<String, McpServer> servers;

    McpServers(Collection<McpServer> servers) {
        var byName = new LinkedHashMap<String, McpServer>();
        servers.forEach(server -> byName.put(server.name(), server));
        this.servers = Map.copyOf(byName);
    }

    public Optional<McpServer> find(String name) {
        return Optional.ofNullable(servers.get(name));
    }

    /** In the order of their names. */
    public List<McpServer> all() {
        return servers.values().stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
    }

    /** Stops all of them at once, since each may take its time. */
    @Override
    public void close() {
        var stopping = servers.values().stream()
                .map(server ->
                        Thread.ofVirtual().name("mcp-stop-" + server.name()).start(server::close))
                .toList();
        for (var thread : stopping) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
