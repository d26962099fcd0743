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
 * @param reading tools that only read although they do not say so themselves; {@code *} stands for all others
 * @param acting tools that may change things when a caller asks for it; {@code *} stands for all others
 * @param guard of its tools
 */
public record ServerDeclaration(
        String name, Launch launch, Set<String> tools, Set<String> reading, Set<String> acting, CallGuard guard) {

    private static final String ALL = "*";

    /** What a call of a tool does to the world. */
    public enum Effect {
        /** Nothing: its operator vouches for that, or the server, which its operator trusts. */
        READS,
        /** It may change things, and its operator wants that possible. */
        ACTS,
        /** It may change things, and its operator said nothing of it. */
        UNDECLARED
    }

    public ServerDeclaration {
        tools = Set.copyOf(tools);
        reading = Set.copyOf(reading);
        acting = Set.copyOf(acting);
    }

    /** A server whose tools may be called with anything their schemas allow. */
    public ServerDeclaration(String name, Launch launch, Set<String> tools, Set<String> reading, Set<String> acting) {
        this(name, launch, tools, reading, acting, CallGuard.NONE);
    }

    /** A server whose tools are taken at their word. */
    public ServerDeclaration(String name, Launch launch, Set<String> tools) {
        this(name, launch, tools, Set.of(), Set.of());
    }

    public boolean allows(String tool) {
        return tools.isEmpty() || tools.contains(tool);
    }

    /** A tool that is named counts as what it is named for; then its own word counts, and {@code *} last. */
    public Effect effect(McpTool tool) {
        if (acting.contains(tool.name())) {
            return Effect.ACTS;
        }
        if (reading.contains(tool.name()) || tool.readOnly()) {
            return Effect.READS;
        }
        if (acting.contains(ALL)) {
            return Effect.ACTS;
        }
        return reading.contains(ALL) ? Effect.READS : Effect.UNDECLARED;
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
