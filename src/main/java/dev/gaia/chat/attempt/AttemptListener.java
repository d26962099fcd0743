package dev.gaia.chat.attempt;

import java.math.BigDecimal;

/** Is told of every attempt that ended; never waits and never fails. */
public interface AttemptListener {

    /**
     * An attempt has ended.
     *
     * @param outcome {@code ok}, the class of a failure such as {@code transient}, {@code caller-gone} or {@code
     *     rejected}
     * @param inputTokens 0 when nobody knows, like the other counts
     * @param costUsd at the price of this model
     */
    void attempted(
            String provider,
            String model,
            String outcome,
            long durationMillis,
            long inputTokens,
            long outputTokens,
            BigDecimal costUsd);
}
