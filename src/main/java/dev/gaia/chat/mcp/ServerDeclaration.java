package dev.gaia.chat.mcp;

import io.modelcontextprotocol.spec.McpClientTransport;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One MCP server as its operator declared it.
 *
 * @param name letters, digits, {@code -} and {@code _}: part of the names of its tools
 * @param tools the only tools of it that are offered; all when empty
 */
public record ServerDeclaration(String name, Launch launch, Set<String> tools) {

    public ServerDeclaration {
        tools = Set.copyOf(tools);
    }

    public boolean allows(String tool) {
        return tools.isEmpty() || tools.contains(tool);
    }

    /** How the server is reached. */
    public sealed interface Launch {}

    /**
     * A child process that is spoken to over its standard input and output; never a shell.
     *
     * @param command program and arguments
     * @param environment beside the few variables every program needs; nothing else of this process's is handed on
     */
    public record Command(List<String> command, Map<String, String> environment) implements Launch {
        public Command {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }

        /** Without the environment, which holds keys. */
        @Override
        public String toString() {
            return "Command" + command;
        }
    }

    /**
     * A server elsewhere, over streamable HTTP.
     *
     * @param headers sent with each request, such as the server's own token; never one of a caller
     */
    public record Address(URI url, Map<String, String> headers) implements Launch {
        public Address {
            headers = Map.copyOf(headers);
        }

        @Override
        public String toString() {
            return "Address[" + url.getHost() + "]";
        }
    }

    /** A server inside this process. */
    public record InProcess(Supplier<McpClientTransport> transport) implements Launch {}
}
