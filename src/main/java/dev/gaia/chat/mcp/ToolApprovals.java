package dev.gaia.chat.mcp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which tools of one server may be offered: those its declaration allows, as they were when the server was first asked.
 * A tool that comes later, or that describes itself anew, is withheld until an operator has read it and approved it in
 * the {@link ApprovalsFile}, since a description is text that models obey (attack T40); restarting changes nothing about
 * that. So is one that may change things without its operator having said that it may (attack T20).
 */
final class ToolApprovals {

    private static final Logger log = LoggerFactory.getLogger(ToolApprovals.class);

    private final ServerDeclaration server;
    private final int toolsMax;
    private final ApprovalsFile file;
    private final Set<String> reported = new HashSet<>();
    private volatile int withheld;

    ToolApprovals(ServerDeclaration server, int toolsMax, ApprovalsFile file) {
        this.server = server;
        this.toolsMax = toolsMax;
        this.file = file;
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
        var kept = new HashMap<String, ApprovalsFile.Entry>();
        for (var tool : allowed) {
            var reason = reason(tool, approved);
            reason.ifPresentOrElse(
                    text -> kept.put(tool.name(), ApprovalsFile.Entry.withheld(tool, text)), () -> offered.add(tool));
            reason.filter(text -> reported.add(tool.fingerprint() + text))
                    .ifPresent(text -> log.warn(
                            "The tool {} of the MCP server {} is withheld: {}", tool.name(), server.name(), text));
        }
        withheld = kept.size();
        file.keep(server.name(), new ApprovalsFile.Server(approved, kept));
        return offered;
    }

    private Map<String, ApprovalsFile.Entry> approved(List<McpTool> allowed) {
        return file.server(server.name()).map(ApprovalsFile.Server::approved).orElseGet(() -> {
            var first = new HashMap<String, ApprovalsFile.Entry>();
            allowed.stream()
                    .limit(toolsMax)
                    .forEach(tool -> first.put(tool.name(), ApprovalsFile.Entry.approved(tool)));
            return first;
        });
    }

    /** Why a tool is withheld, as operators read it; empty when it is not. */
    private Optional<String> reason(McpTool tool, Map<String, ApprovalsFile.Entry> approved) {
        var known = Optional.ofNullable(approved.get(tool.name()));
        if (known.isEmpty()) {
            return Optional.of("it is new, or beyond `gaia.mcp.tools-max`; read it, then approve it");
        }
        if (!known.get().fingerprint().equals(tool.fingerprint())) {
            return Optional.of("it has changed since it was approved; read it, then approve it");
        }
        return server.effect(tool) == ServerDeclaration.Effect.UNDECLARED
                ? Optional.of(
                        "it does not say that it only reads; name it under `reading` or `acting` in the servers file")
                : Optional.empty();
    }
}
