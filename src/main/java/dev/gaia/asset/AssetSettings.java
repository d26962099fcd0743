package dev.gaia.asset;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the asset segment.
 *
 * @param searchLimit entries of a page when a request names no limit
 * @param searchLimitMax highest limit; a request for more gets this many
 * @param searchCacheTime how long the result of a search is used; 0s for not at all
 * @param searchCacheMaxBytes memory for results of searches
 * @param fileMaxMb largest file of an upload or of a provider, in MiB
 * @param uploadsMax uploads worked on at a time; further ones wait
 * @param uploadsPerMinuteMax uploads of one caller in a minute
 * @param pictureMaxPixels largest picture that is decoded, in pixels
 * @param databasePause how long a database that failed is not asked
 * @param generationMaxCost highest price of one result, in USD
 * @param sessionBudget what one session may spend in 24 hours, in USD
 * @param generationsMax generations this process works on at a time
 * @param pendingMax generations that may wait
 * @param slotTimeout how long a caller who waits for the result waits for its beginning
 * @param jobLease how long a process that was not heard of keeps a generation
 * @param jobAttemptsMax how often a generation is begun whose processes die
 * @param turnTimeoutMs how long a generation waits for a provider that was asked as often as it allows
 * @param sweepInterval pause between two looks for generations that nobody works on
 * @param simulated {@code true}, {@code false}, or {@code auto}: only while no provider has a key, never in production
 * @param simulatedDelay how long the simulated provider takes
 * @param openaiImageModel which of OpenAI's models makes pictures
 * @param baseMaxMb largest file of a stored asset that is adapted, in MiB
 * @param fetchTimeout limit for fetching one result
 * @param retryPause before a call of a provider is repeated for the first time; 1s at most
 */
@ConfigurationProperties("gaia.asset")
public record AssetSettings(
        int searchLimit,
        int searchLimitMax,
        Duration searchCacheTime,
        long searchCacheMaxBytes,
        int fileMaxMb,
        int uploadsMax,
        int uploadsPerMinuteMax,
        long pictureMaxPixels,
        Duration databasePause,
        BigDecimal generationMaxCost,
        BigDecimal sessionBudget,
        int generationsMax,
        int pendingMax,
        Duration slotTimeout,
        Duration jobLease,
        int jobAttemptsMax,
        Duration sweepInterval,
        int turnTimeoutMs,
        String simulated,
        Duration simulatedDelay,
        String openaiImageModel,
        int baseMaxMb,
        Duration fetchTimeout,
        Duration retryPause) {

    public AssetSettings {
        atLeast("search-limit", searchLimit, 1);
        atLeast("search-limit-max", searchLimitMax, searchLimit);
        notNegative("search-cache-time", searchCacheTime);
        atLeast("search-cache-max-bytes", searchCacheMaxBytes, 1);
        atLeast("file-max-mb", fileMaxMb, 1);
        atLeast("uploads-max", uploadsMax, 1);
        atLeast("uploads-per-minute-max", uploadsPerMinuteMax, 1);
        atLeast("picture-max-pixels", pictureMaxPixels, 1);
        atLeast("generations-max", generationsMax, 1);
        atLeast("pending-max", pendingMax, 1);
        atLeast("turn-timeout-ms", turnTimeoutMs, 0);
        atLeast("job-attempts-max", jobAttemptsMax, 1);
        atLeast("base-max-mb", baseMaxMb, 1);
        notNegative("generation-max-cost", generationMaxCost);
        notNegative("session-budget", sessionBudget);
        positive("database-pause", databasePause);
        positive("slot-timeout", slotTimeout);
        positive("job-lease", jobLease);
        positive("sweep-interval", sweepInterval);
        positive("fetch-timeout", fetchTimeout);
        positive("retry-pause", retryPause);
        if (openaiImageModel.isBlank()) {
            throw new IllegalArgumentException("`gaia.asset.openai-image-model` is empty; it must name a model");
        }
        if (!List.of("true", "false", "auto").contains(simulated)) {
            throw new IllegalArgumentException(
                    "`gaia.asset.simulated` is " + simulated + "; it must be true, false or auto");
        }
        notNegative("simulated-delay", simulatedDelay);
    }

    /** Largest file in bytes. */
    public long fileMaxBytes() {
        return (long) fileMaxMb << 20;
    }

    /** Largest file that is adapted, in bytes. */
    public long baseMaxBytes() {
        return (long) baseMaxMb << 20;
    }

    private static void atLeast(String name, long value, long lowest) {
        if (value < lowest) {
            throw new IllegalArgumentException(
                    "`gaia.asset." + name + "` is " + value + "; it must be " + lowest + " or more");
        }
    }

    private static void notNegative(String name, BigDecimal value) {
        if (value.signum() < 0) {
            throw new IllegalArgumentException("`gaia.asset." + name + "` is " + value + "; it must be 0 or more");
        }
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("`gaia.asset." + name + "` is " + value + "; it must be 0ms or more");
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "`gaia.asset." + name + "` is " + value + "; it must be a duration above 0, like 10s");
        }
    }
}
