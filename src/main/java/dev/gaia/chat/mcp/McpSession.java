package dev.gaia.chat.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/** An open connection to an MCP server, used by several threads. */
interface McpSession extends AutoCloseable {

    /** Every tool the server lists. */
    List<McpTool> tools() throws McpFault;

    /**
     * Calls a tool and waits for its result no longer than {@code within}.
     *
     * @return the result as the protocol has it: {@code content}, {@code isError}, {@code structuredContent}
     * @throws McpFault when there is no result; what the tool itself says went wrong is a result
     */
    ObjectNode call(String tool, ObjectNode arguments, Duration within) throws McpFault;

    /** False when the connection is known to have ended. */
    boolean alive();

    /** Ends the connection, and the server where it is a child process. */
    @Override
    void close();

    /** Opens sessions. */
    interface Opener {
        /**
         * Starts or reaches the server and greets it.
         *
         * @param onToolsChanged run when the server says that its tools are others now
         */
        McpSession open(ServerDeclaration server, Runnable onToolsChanged) throws McpFault;
    }
}
