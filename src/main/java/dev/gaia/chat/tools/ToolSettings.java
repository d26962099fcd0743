package dev.gaia.chat.tools;

import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the tools that models are offered.
 *
 * @param offer the groups that a chat offers: {@code files}, {@code history}, {@code mcp}
 * @param roundsMax times a model may ask for tools in one turn
 * @param timeout for all rounds of one turn
 * @param callsMax calls of one round
 * @param argumentsMaxBytes of one call
 * @param resultMaxBytes of one call's result, as it goes to the model
 * @param turnMaxBytes of all results in one turn
 */
@ConfigurationProperties("gaia.tools")
public record ToolSettings(
        Set<String> offer,
        int roundsMax,
        Duration timeout,
        int callsMax,
        int argumentsMaxBytes,
        int resultMaxBytes,
        int turnMaxBytes) {

    private static final Set<String> GROUPS = Set.of("files", "history", "mcp");

    public ToolSettings {
        offer = offer == null ? Set.of() : Set.copyOf(offer);
        if (!GROUPS.containsAll(offer)) {
            throw new IllegalArgumentException(
                    "`gaia.tools.offer` is " + offer + "; it must name files, history or mcp, or be empty");
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
    }

    private static void atLeast(String name, long value, long lowest) {
        if (value < lowest) {
            throw new IllegalArgumentException(
                    "`gaia.tools." + name + "` is " + value + "; it must be " + lowest + " or more");
        }
    }
}
