package dev.gaia.chat.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.StartRefused;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the file in which operators declare MCP servers, in the form that other MCP clients have too:
 * {@code {"mcpServers": {"<name>": {"command": "npx", "args": ["-y", "..."], "env": {"TOKEN": "${TOKEN}"}}}}}, or
 * {@code "url"} and {@code "headers"} for a server over streamable HTTP; {@code "disabled": true} leaves one out,
 * {@code "tools": ["..."]} names the only ones to offer, {@code "reading"} those that change nothing although they do
 * not say so, {@code "acting"} those that may change things when a caller asks for it.
 *
 * <p>{@code ${NAME}} and {@code ${NAME:-default}} stand for variables of the environment. A server whose variable is
 * not set is left out with a line in the log; any other fault stops the start.
 */
final class ServersFile {

    private static final Logger log = LoggerFactory.getLogger(ServersFile.class);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final Pattern VARIABLE =
            Pattern.compile("\\$\\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<default>[^}]*))?}");
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    private final ObjectMapper mapper;
    private final UnaryOperator<String> environment;

    /** @param environment from a variable's name to its value, null when it is not set */
    ServersFile(ObjectMapper mapper, UnaryOperator<String> environment) {
        this.mapper = mapper;
        this.environment = environment;
    }

    List<ServerDeclaration> read(Path file) {
        JsonNode servers;
        try {
            servers = mapper.readTree(Files.readAllBytes(file)).path("mcpServers");
        } catch (IOException e) {
            throw new StartRefused("`gaia.mcp.servers-file` names " + file + ", which cannot be read as JSON");
        }
        if (!servers.isObject()) {
            throw refused(file, "it has no object `mcpServers`");
        }
        var declared = new ArrayList<ServerDeclaration>();
        servers.properties().forEach(entry -> {
            try {
                declare(entry.getKey(), entry.getValue()).ifPresent(declared::add);
            } catch (IllegalArgumentException e) {
                throw refused(file, "the server " + entry.getKey() + " " + e.getMessage());
            }
        });
        return declared;
    }

    private static StartRefused refused(Path file, String fault) {
        return new StartRefused("The MCP servers file " + file + " cannot be used: " + fault);
    }

    private Optional<ServerDeclaration> declare(String name, JsonNode server) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("has a name that does not match " + NAME);
        }
        if (server.path("disabled").asBoolean(false)) {
            return Optional.empty();
        }
        if (server.hasNonNull("command") == server.hasNonNull("url")) {
            throw new IllegalArgumentException("must have either `command` or `url`");
        }
        try {
            var launch = server.hasNonNull("command") ? command(server) : address(server);
            var tools = new HashSet<>(texts(server, "tools"));
            tools.remove("*");
            return Optional.of(new ServerDeclaration(
                    name,
                    launch,
                    tools,
                    new HashSet<>(texts(server, "reading")),
                    new HashSet<>(texts(server, "acting"))));
        } catch (UnsetVariable e) {
            log.warn("The MCP server {} is left out: {}", name, e.getMessage());
            return Optional.empty();
        }
    }

    private ServerDeclaration.Launch command(JsonNode server) throws UnsetVariable {
        var command = new ArrayList<String>();
        command.add(expand(server.path("command").asText()));
        for (var argument : texts(server, "args")) {
            command.add(expand(argument));
        }
        if (command.getFirst().isBlank()) {
            throw new IllegalArgumentException("has an empty `command`");
        }
        return new ServerDeclaration.Command(command, expanded(server, "env"));
    }

    /** Plain http only to this machine, as for every other outside service (decision 8). */
    private ServerDeclaration.Launch address(JsonNode server) throws UnsetVariable {
        URI url;
        try {
            url = URI.create(expand(server.path("url").asText()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("has a `url` that is none", e);
        }
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        boolean local = "http".equalsIgnoreCase(url.getScheme()) && LOOPBACK.contains(url.getHost());
        if (url.getHost() == null || url.getUserInfo() != null || !(secure || local)) {
            throw new IllegalArgumentException(
                    "has a `url` that must begin with https://, or with http:// and an address of this machine");
        }
        return new ServerDeclaration.Address(url, expanded(server, "headers"));
    }

    private Map<String, String> expanded(JsonNode server, String key) throws UnsetVariable {
        var node = server.path(key);
        if (!node.isObject() && !node.isMissingNode()) {
            throw new IllegalArgumentException("has `" + key + "`, which must be an object of texts");
        }
        var values = new LinkedHashMap<String, String>();
        for (var entry : node.properties()) {
            values.put(entry.getKey(), expand(entry.getValue().asText()));
        }
        return values;
    }

    private static List<String> texts(JsonNode server, String key) {
        var node = server.path(key);
        if (!node.isArray() && !node.isMissingNode()) {
            throw new IllegalArgumentException("has `" + key + "`, which must be a list of texts");
        }
        var texts = new ArrayList<String>();
        node.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private String expand(String text) throws UnsetVariable {
        var expanded = new StringBuilder();
        var variable = VARIABLE.matcher(text);
        while (variable.find()) {
            var name = variable.group("name");
            var value = Optional.ofNullable(environment.apply(name))
                    .or(() -> Optional.ofNullable(variable.group("default")))
                    .orElseThrow(() -> new UnsetVariable(name));
            variable.appendReplacement(expanded, Matcher.quoteReplacement(value));
        }
        return variable.appendTail(expanded).toString();
    }

    private static final class UnsetVariable extends Exception {
        private static final long serialVersionUID = 1L;

        UnsetVariable(String name) {
            super("the environment variable " + name + " is not set");
        }
    }
}
