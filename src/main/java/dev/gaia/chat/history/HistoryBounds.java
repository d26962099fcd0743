package dev.gaia.chat.history;

import dev.gaia.chat.turn.ChatSettings;

/**
 * How many entries of a dialogue are kept, by surface, as the contract says (semantics 11): the newest stay. How many
 * of them a model is told is said by the surface's route.
 */
final class HistoryBounds {

    private static final int VARIANT_ENTRIES = 50;
    private static final int ULTRAFAST_ENTRIES = 100;

    private final ChatSettings settings;

    HistoryBounds(ChatSettings settings) {
        this.settings = settings;
    }

    /** 0 for a surface that remembers nothing. */
    int kept(HistoryKey key) {
        return switch (key.surface()) {
            case "v1", "v0.2", "stream" -> settings.historyKeptEntries();
            case "direct", "mcp-agent", "mcp-agent-hot" -> VARIANT_ENTRIES;
            case "ultrafast-redis" -> ULTRAFAST_ENTRIES;
            case "ultrafast", "orchestrated" -> 0;
            default -> key.isConversation() ? settings.conversationMaxEntries() : settings.historyKeptEntries();
        };
    }
}
