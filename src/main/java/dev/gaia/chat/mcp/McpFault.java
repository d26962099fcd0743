package dev.gaia.chat.mcp;

import java.io.Serial;

/** A tool that gave no result, or a server that cannot be used now. The message may be shown to models and people. */
public final class McpFault extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    public McpFault(String message) {
        super(message, null, false, false);
    }
}
