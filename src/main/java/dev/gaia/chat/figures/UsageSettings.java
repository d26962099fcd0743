package dev.gaia.chat.figures;

import java.math.BigDecimal;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the usage log.
 *
 * @param queueMaxEntries answers that wait to be logged; one more is not logged
 * @param batchMaxEntries answers logged by one statement
 * @param flushInterval least time between two statements
 * @param retryInterval pause after the database failed
 * @param shutdownTimeout how long the last answers may take at shutdown
 * @param monthlyFee USD a month, whatever is used
 * @param claudeMonthlyTokens tokens of a caller and month above which limits warn
 * @param openaiMonthlyTokens likewise
 */
@ConfigurationProperties("gaia.chat.usage")
public record UsageSettings(
        int queueMaxEntries,
        int batchMaxEntries,
        Duration flushInterval,
        Duration retryInterval,
        Duration shutdownTimeout,
        BigDecimal monthlyFee,
        long claudeMonthlyTokens,
        long openaiMonthlyTokens) {

    public UsageSettings {
        atLeastOne("queue-max-entries", queueMaxEntries);
        atLeastOne("batch-max-entries", batchMaxEntries);
        positive("flush-interval", flushInterval);
        positive("retry-interval", retryInterval);
        positive("shutdown-timeout", shutdownTimeout);
        if (monthlyFee == null || monthlyFee.signum() < 0) {
            throw new IllegalArgumentException(
                    "`gaia.chat.usage.monthly-fee` is " + monthlyFee + "; it must be 0 or more");
        }
        atLeastOne("claude-monthly-tokens", claudeMonthlyTokens);
        atLeastOne("openai-monthly-tokens", openaiMonthlyTokens);
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("`gaia.chat.usage." + name + "` is " + value + "; it must be 1 or more");
        }
    }

    private static void positive(String name, Duration value) {
        if (value == null || value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "`gaia.chat.usage." + name + "` is " + value + "; it must be a duration above 0, like 10s");
        }
    }
}
