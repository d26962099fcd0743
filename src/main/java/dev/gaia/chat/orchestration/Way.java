package dev.gaia.chat.orchestration;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How an orchestrated request is answered. */
enum Way {
    /** By one call of a model. */
    DIRECT_LLM,
    /** By a model with tools. */
    DIRECT_MCP,
    /** By several agents. */
    MCP_AGENT;

    /** As answers, metrics and models call it: {@code direct_llm}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one way that a text names; empty when it names none, or several. */
    static Optional<Way> namedIn(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        var named = Arrays.stream(values())
                .filter(way -> lower.contains(way.word()))
                .toList();
        return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
    }
}
