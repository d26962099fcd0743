package dev.gaia.chat.tools;

import org.apache.camel.Exchange;

/** The exchange variables of the routes {@code chat-tools…}, beside those of {@link dev.gaia.chat.turn.ChatVariables}. */
public final class ToolVariables {

    /**
     * The groups of tools that a route wants offered, separated by commas ({@code files,history,mcp}): text. Absent for
     * those of the setting {@code gaia.tools.offer}.
     */
    public static final String GROUPS = "toolGroups";

    /** Whether this turn offers tools: boolean. */
    public static final String OFFERED = "toolsOffered";

    /** Whether the tools of this turn were known already, or there was nothing to know: boolean. */
    public static final String KNOWN = "toolsKnown";

    /** Whether the model asked for tools that are to run now: boolean. */
    public static final String ASKED = "toolsAsked";

    /** Whether the calls of this round must keep their order, since one of them may change things: boolean. */
    public static final String ORDERED = "toolsOrdered";

    /**
     * Every tool that has run in this turn, {@code {"tool","input"}} with {@code result} or {@code error}, both text:
     * JSON array. What stream surfaces tell as {@code tool_use} and {@code tool_error}.
     */
    public static final String RUNS = "toolRuns";

    /** Who runs the tool of this call: {@code FILES}, {@code HISTORY}, {@code ASSET}, {@code MCP}, or {@code REFUSED}: text. */
    public static final String KIND = "toolKind";

    /** The call under way, the JSON object of the model's answer. */
    static final String CALL = "toolCall";

    /** The tool of the call under way, {@link OfferedTool}. */
    static final String TOOL = "tool";

    /** Its arguments: JSON object. */
    static final String ARGUMENTS = "toolArguments";

    /** The {@link ToolSet} of this turn. */
    static final String SET = "toolSet";

    /** The {@link ToolRounds} of this turn. */
    static final String ROUNDS = "toolRounds";

    private ToolVariables() {}

    static ToolSet set(Exchange exchange) {
        return exchange.getVariable(SET, ToolSet.NONE, ToolSet.class);
    }

    static ToolRounds rounds(Exchange exchange) {
        return exchange.getVariable(ROUNDS, ToolRounds.class);
    }
}
