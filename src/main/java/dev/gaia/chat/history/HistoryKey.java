package dev.gaia.chat.history;

/**
 * Whose dialogue, and on which surface; dialogues of different keys never mix.
 *
 * @param surface {@code v1} …
 */
public record HistoryKey(String userId, String surface) {}
