package dev.gaia.chat.attempt;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How attempts are written down.
 *
 * @param queueMaxRows rows that wait to be written; one more is dropped and counted
 * @param batchMaxRows rows written at once
 * @param flushInterval how long rows are collected before they are written
 * @param shutdownTimeout how long the last rows may take at shutdown
 */
@ConfigurationProperties("gaia.provider.ledger")
public record LedgerSettings(int queueMaxRows, int batchMaxRows, Duration flushInterval, Duration shutdownTimeout) {

    public LedgerSettings {
        if (queueMaxRows < 1) {
            throw refused("queue-max-rows", queueMaxRows, "1 or more");
        }
        if (batchMaxRows < 1) {
            throw refused("batch-max-rows", batchMaxRows, "1 or more");
        }
        positive("flush-interval", flushInterval);
        positive("shutdown-timeout", shutdownTimeout);
    }

    private static void positive(String name, Duration value) {
        if (value == null || value.isNegative() || value.isZero()) {
            throw refused(name, value, "a duration above 0, like 1s");
        }
    }

    private static IllegalArgumentException refused(String name, Object value, String wanted) {
        return new IllegalArgumentException(
                "`gaia.provider.ledger." + name + "` is " + value + "; it must be " + wanted);
    }
}
