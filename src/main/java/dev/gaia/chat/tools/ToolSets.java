package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.mcp.McpServer;
import dev.gaia.chat.mcp.McpServers;
import dev.gaia.chat.mcp.McpTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Which tools a turn offers: those of the groups its route or the settings name, for its activity, narrowed by what its
 * persona allows. Tools that may change things need two yeses: an operator's, in the settings, and the caller's, in the
 * request (attack T20); neither a model nor the result of a tool can give one. A set is made once and used until a server
 * tells other tools.
 */
public final class ToolSets {

    static final String FILES = "files";
    static final String HISTORY = "history";
    static final String ASSETS = "assets";
    static final String MCP = "mcp";

    /** Groups whose tools need no server. */
    private static final Set<String> OWN = Set.of(HISTORY, ASSETS);

    private static final String FILE_SERVER = "filesystem";
    private static final String HISTORY_TOOL = "/mcp/chat-history-tool.json";
    private static final String ASSET_TOOL = "/mcp/asset-tool.json";
    private static final int SETS_MAX = 500;

    private final McpServers servers;
    private final OfferedTool history;
    private final OfferedTool asset;
    private final Map<Choice, Made> made = new ConcurrentHashMap<>();

    /**
     * What a set depends on.
     *
     * @param allowed patterns such as {@code mcp_files_*}; none means all tools
     * @param actions whether the caller wants tools that may change things
     */
    record Choice(Set<String> groups, String activity, Optional<List<String>> allowed, boolean actions) {}

    private record Made(List<List<McpTool>> from, ToolSet set) {}

    ToolSets(McpServers servers, ObjectMapper mapper) {
        this.servers = servers;
        this.history = ownTool(HISTORY_TOOL, OfferedTool.Kind.HISTORY, mapper);
        // Without the caller's yes it only looks for what is there, so that it is offered to all.
        this.asset = ownTool(ASSET_TOOL, OfferedTool.Kind.ASSET, mapper);
    }

    private static OfferedTool ownTool(String file, OfferedTool.Kind kind, ObjectMapper mapper) {
        try (var text = ToolSets.class.getResourceAsStream(file)) {
            var tool = mapper.readTree(text);
            return new OfferedTool(
                    tool.path("name").asText(),
                    kind,
                    "",
                    "",
                    tool.path("description").asText(),
                    (ObjectNode) tool.get("inputSchema"),
                    false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the set was made before, or is empty without asking anybody. */
    boolean knows(Choice choice) {
        return made.containsKey(choice) || isNone(choice);
    }

    private boolean isNone(Choice choice) {
        return servers(choice.groups()).isEmpty() && Collections.disjoint(choice.groups(), OWN);
    }

    ToolSet offered(Choice choice) {
        if (isNone(choice)) {
            return ToolSet.NONE;
        }
        var asked = servers(choice.groups());
        var from = asked.stream().map(McpServer::tools).toList();
        var known = made.get(choice);
        if (known != null && known.from().equals(from)) {
            return known.set();
        }
        var set = make(choice, asked, from);
        if (made.size() >= SETS_MAX) {
            made.clear();
        }
        made.put(choice, new Made(from, set));
        return set;
    }

    private List<McpServer> servers(Set<String> groups) {
        return servers.all().stream()
                .filter(server -> groups.contains(FILE_SERVER.equals(server.name()) ? FILES : MCP))
                .toList();
    }

    private ToolSet make(Choice choice, List<McpServer> asked, List<List<McpTool>> from) {
        var tools = new ArrayList<OfferedTool>();
        for (int index = 0; index < asked.size(); index++) {
            var server = asked.get(index);
            from.get(index)
                    .forEach(tool -> tools.add(
                            FILE_SERVER.equals(server.name())
                                    ? OfferedTool.ofFiles(tool, server.acts(tool))
                                    : OfferedTool.ofServer(tool, server.acts(tool))));
        }
        if (choice.groups().contains(HISTORY) && "chat".equals(choice.activity())) {
            tools.add(history);
        }
        if (choice.groups().contains(ASSETS)) {
            tools.add(asset);
        }
        return ToolSet.of(tools.stream()
                .filter(tool -> choice.actions() || !tool.acts())
                .filter(tool -> choice.allowed()
                        .map(patterns -> patterns.stream().anyMatch(pattern -> matches(pattern, tool.name())))
                        .orElse(true))
                .toList());
    }

    private static boolean matches(String pattern, String name) {
        return Pattern.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), name);
    }

    /** The server that runs a tool of the kinds {@code FILES} and {@code MCP}. */
    Optional<McpServer> server(OfferedTool tool) {
        return servers.find(tool.server());
    }

    /** Sets made so far. */
    public int size() {
        return made.size();
    }

    /** The activities for which there are sets, in alphabetical order. */
    public List<String> activities() {
        return made.keySet().stream().map(Choice::activity).distinct().sorted().toList();
    }

    /** Forgets the sets of one activity, or all; they are made anew when they are needed. */
    public void invalidate(Optional<String> activity) {
        made.keySet().removeIf(choice -> activity.isEmpty() || activity.get().equals(choice.activity()));
    }
}
