package dev.gaia.chat.tools;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the tools that models are offered.
 *
 * @param offer the groups that a chat offers: {@code files}, {@code history}, {@code assets}, {@code mcp}
 * @param roundsMax times a model may ask for tools in one turn
 * @param timeout for all rounds of one turn
 * @param callsMax calls of one round
 * @param argumentsMaxBytes of one call
 * @param resultMaxBytes of one call's result, as it goes to the model
 * @param turnMaxBytes of all results in one turn
 * @param assetMaxCost price of one asset that a model has made, in USD
 * @param assetWaitSeconds how long a model waits for an asset; it may be told that it is still being made
 * @param assetTimeoutMs how long the asset segment may take to answer, which is more than the wait
 */
@ConfigurationProperties("gaia.tools")
public record ToolSettings(
        Set<String> offer,
        int roundsMax,
        Duration timeout,
        int callsMax,
        int argumentsMaxBytes,
        int resultMaxBytes,
        int turnMaxBytes,
        BigDecimal assetMaxCost,
        int assetWaitSeconds,
        int assetTimeoutMs) {

    private static final Set<String> GROUPS = Set.of("files", "history", "assets", "mcp");

    public ToolSettings {
        offer = offer == null ? Set.of() : Set.copyOf(offer);
        if (!GROUPS.containsAll(offer)) {
            throw new IllegalArgumentException(
                    "`gaia.tools.offer` is " + offer + "; it must name files, history, assets or mcp, or be empty");
        }
        if (timeout == null || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "`gaia.tools.timeout` is " + timeout + "; it must be a duration above 0, like 60s");
        }
        atLeast("rounds-max", roundsMax, 1);
        atLeast("calls-max", callsMax, 1);
        atLeast("arguments-max-bytes", argumentsMaxBytes, 2);
        atLeast("result-max-bytes", resultMaxBytes, 64);
        atLeast("turn-max-bytes", turnMaxBytes, 64);
        atLeast("asset-wait-seconds", assetWaitSeconds, 1);
        atLeast("asset-timeout-ms", assetTimeoutMs, assetWaitSeconds * 1000L);
        if (assetMaxCost == null || assetMaxCost.signum() < 0) {
            throw new IllegalArgumentException(
                    "`gaia.tools.asset-max-cost` is " + assetMaxCost + "; it must be 0 or more, like 0.10");
        }
    }

    private static void atLeast(String name, long value, long lowest) {
        if (value < lowest) {
            throw new IllegalArgumentException(
                    "`gaia.tools." + name + "` is " + value + "; it must be " + lowest + " or more");
        }
    }
}
