package dev.gaia.chat.history;

import java.util.Optional;
import java.util.UUID;

/**
 * Whose dialogue, and on which surface; dialogues of different keys never mix. A stored conversation is a surface of
 * its own.
 *
 * @param surface {@code v1} …, or that of a conversation
 */
public record HistoryKey(String userId, String surface) {

    private static final String CONVERSATION = "conversation/";

    public static HistoryKey ofConversation(String userId, String conversationId) {
        return new HistoryKey(userId, CONVERSATION + conversationId);
    }

    /** The stored conversation that this dialogue is, if it is one. */
    Optional<UUID> conversation() {
        return surface.startsWith(CONVERSATION)
                ? Optional.of(UUID.fromString(surface.substring(CONVERSATION.length())))
                : Optional.empty();
    }

    boolean isConversation() {
        return surface.startsWith(CONVERSATION);
    }
}
