package dev.gaia.ops.log;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a log line is about, in the order of importance; {@code LOG_LEVEL} names the lowest that is written.
 *
 * <p>SLF4J has fewer levels. A label without one of its own belongs to a logger: what {@link #LOGGERS} names writes at
 * INFO and is labelled so.
 */
enum LogLabel {
    DEBUG(10, ""),
    INPUT(15, "\u001b[93m"),
    NATS(18, "\u001b[35m"),
    INFO(20, ""),
    SERVICE(22, "\u001b[38;5;208m"),
    NETWORK(25, "\u001b[96m"),
    WARNING(30, ""),
    LLM(35, "\u001b[94m"),
    ERROR(40, "\u001b[95m"),
    LIFECYCLE(45, "\u001b[92m"),
    CRITICAL(50, "\u001b[91m");

    /** Loggers whose INFO lines have a label of their own. */
    static final Map<String, LogLabel> LOGGERS = Map.of(
            "gaia.input", INPUT,
            "gaia.nats", NATS,
            "gaia.service", SERVICE,
            "gaia.request", NETWORK,
            "gaia.network", NETWORK,
            "gaia.llm", LLM,
            "gaia.lifecycle", LIFECYCLE);

    private final int rank;
    private final String colour;

    LogLabel(int rank, String colour) {
        this.rank = rank;
        this.colour = colour;
    }

    /** Reads {@code LOG_LEVEL}; an unknown name means INFO. */
    static LogLabel threshold(String name) {
        String wanted = name.strip().toUpperCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(label -> label.name().equals("WARN".equals(wanted) ? "WARNING" : wanted))
                .findFirst()
                .orElse(INFO);
    }

    boolean isWritten(LogLabel threshold) {
        return rank >= threshold.rank;
    }

    /** The escape sequence that begins its colour; empty when it has none. */
    Optional<String> colour() {
        return colour.isEmpty() ? Optional.empty() : Optional.of(colour);
    }
}
