package dev.gaia.chat.mcp;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which tools of one server may be offered: those its declaration allows, as they were when the server was first asked
 * in this process. A tool that comes later, or that describes itself anew, is withheld until an operator has looked at
 * it and starts the process again, since a description is text that models obey (attack T40).
 */
final class ToolApprovals {

    private static final Logger log = LoggerFactory.getLogger(ToolApprovals.class);

    private final ServerDeclaration server;
    private final int toolsMax;
    private final Map<String, String> approved = new HashMap<>();
    private final Set<String> reported = new HashSet<>();
    private boolean seen;

    ToolApprovals(ServerDeclaration server, int toolsMax) {
        this.server = server;
        this.toolsMax = toolsMax;
    }

    synchronized List<McpTool> filter(List<McpTool> listed) {
        var allowed = listed.stream().filter(tool -> server.allows(tool.name())).toList();
        if (!seen) {
            seen = true;
            if (allowed.size() > toolsMax) {
                log.warn("The MCP server {} has {} tools; {} are offered", server.name(), allowed.size(), toolsMax);
            }
            allowed.stream().limit(toolsMax).forEach(tool -> approved.put(tool.name(), tool.fingerprint()));
        }
        return allowed.stream().filter(this::isApproved).toList();
    }

    private boolean isApproved(McpTool tool) {
        boolean same = tool.fingerprint().equals(approved.get(tool.name()));
        if (!same && reported.add(tool.name())) {
            log.warn(
                    "The tool {} of the MCP server {} {} since the start and is withheld; read its description and restart to offer it",
                    tool.name(),
                    server.name(),
                    approved.containsKey(tool.name()) ? "has changed" : "is new or beyond the limit");
        }
        return same;
    }
}
