package dev.gaia.chat.mcp;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Keeps which tools operators know, for all processes and longer than any. */
interface ApprovalStore {

    /**
     * Notes what a server lists now. What it lists when nothing is known of it is approved as it is; later each new way
     * in which a tool describes itself waits for an operator, and is forgotten when it is no longer listed.
     *
     * @param firstMax how many tools are approved at first
     * @return the {@link McpTool#fingerprint} of everything that is approved
     * @throws SQLException when that is not known now
     */
    Set<String> note(String server, List<McpTool> listed, int firstMax) throws SQLException;
}
