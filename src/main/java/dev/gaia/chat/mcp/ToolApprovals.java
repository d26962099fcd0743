package dev.gaia.chat.mcp;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which tools of one server may be offered: those its declaration allows, as they were when the server was first asked.
 * A tool that comes later, or that describes itself anew, is withheld until an operator has read it and approved it in
 * the {@link ApprovalStore}, since a description is text that models obey (attack T40); neither a restart nor another
 * process changes anything about that. So is one that may change things without its operator having said that it may
 * (attack T20). While the store is away, what it said last counts; before it said anything, what the server says first.
 */
final class ToolApprovals {

    private static final Logger log = LoggerFactory.getLogger(ToolApprovals.class);

    private final ServerDeclaration server;
    private final int toolsMax;
    private final ApprovalStore store;
    private final Set<String> reported = new HashSet<>();
    private Optional<Set<String>> known = Optional.empty();
    private volatile int withheld;

    ToolApprovals(ServerDeclaration server, int toolsMax, ApprovalStore store) {
        this.server = server;
        this.toolsMax = toolsMax;
        this.store = store;
    }

    /** How many of the tools last listed are withheld. */
    int withheld() {
        return withheld;
    }

    synchronized List<McpTool> filter(List<McpTool> listed) {
        var allowed = listed.stream().filter(tool -> server.allows(tool.name())).toList();
        if (server.launch() instanceof ServerDeclaration.InProcess) {
            return allowed;
        }
        var approved = approved(allowed);
        var offered = new ArrayList<McpTool>();
        for (var tool : allowed) {
            var reason = reason(tool, approved);
            if (reason.isEmpty()) {
                offered.add(tool);
            }
            reason.filter(text -> reported.add(tool.fingerprint() + text))
                    .ifPresent(text -> log.warn(
                            "The tool {} of the MCP server {} is withheld: {}", tool.name(), server.name(), text));
        }
        withheld = allowed.size() - offered.size();
        return offered;
    }

    private Set<String> approved(List<McpTool> allowed) {
        try {
            known = Optional.of(store.note(server.name(), allowed, toolsMax));
        } catch (SQLException e) {
            log.warn(
                    "The approvals of tools cannot be read now; for the MCP server {} those known before go on to count",
                    server.name());
            if (known.isEmpty()) {
                known = Optional.of(allowed.stream()
                        .limit(toolsMax)
                        .map(McpTool::fingerprint)
                        .collect(Collectors.toSet()));
            }
        }
        return known.get();
    }

    /** Why a tool is withheld, as operators read it; empty when it is not. */
    private Optional<String> reason(McpTool tool, Set<String> approved) {
        if (!approved.contains(tool.fingerprint())) {
            return Optional.of(
                    "it is new, has changed since it was approved, or is beyond `gaia.mcp.tools-max`; read it"
                            + " in the table mcp_tools, then approve it there");
        }
        return server.effect(tool) == ServerDeclaration.Effect.UNDECLARED
                ? Optional.of(
                        "it does not say that it only reads; name it under `reading` or `acting` in the servers file")
                : Optional.empty();
    }
}
