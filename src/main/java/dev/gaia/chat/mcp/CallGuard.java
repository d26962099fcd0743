package dev.gaia.chat.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Stands between a tool of a server and everybody who calls it. */
@FunctionalInterface
public interface CallGuard {

    /** Lets every call through. */
    CallGuard NONE = (tool, arguments, call) -> call.with(arguments);

    /**
     * Makes the call, with the same arguments or others, or gives a result in its place.
     *
     * @return the result as the protocol has it
     * @throws McpFault when there is none
     */
    ObjectNode call(String tool, ObjectNode arguments, Call call) throws McpFault;

    /** The call itself. */
    @FunctionalInterface
    interface Call {
        ObjectNode with(ObjectNode arguments) throws McpFault;
    }
}
