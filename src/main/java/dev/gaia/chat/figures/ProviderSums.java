package dev.gaia.chat.figures;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * What one provider did since the start or the last reset, every attempt counted.
 *
 * @param seconds of the answers in all, and of the shortest and longest one
 * @param cost USD
 * @param recentFailures in a row, until now
 */
public record ProviderSums(
        long requests,
        long errors,
        int recentFailures,
        double seconds,
        double shortest,
        double longest,
        long tokens,
        long outputTokens,
        BigDecimal cost,
        Instant last,
        Optional<String> lastError) {

    private static final int FAILURES_OF_THE_SICK = 3;

    static ProviderSums of(AttemptSample sample) {
        return new ProviderSums(0, 0, 0, 0, Double.MAX_VALUE, 0, 0, 0, BigDecimal.ZERO, sample.at(), Optional.empty())
                .plus(sample);
    }

    ProviderSums plus(AttemptSample sample) {
        boolean failed = sample.failed();
        return new ProviderSums(
                requests + 1,
                errors + (failed ? 1 : 0),
                failed ? recentFailures + 1 : 0,
                seconds + sample.seconds(),
                Math.min(shortest, sample.seconds()),
                Math.max(longest, sample.seconds()),
                tokens + sample.tokens(),
                outputTokens + sample.outputTokens(),
                cost.add(sample.cost()),
                sample.at(),
                failed ? sample.error() : lastError);
    }

    /** Average seconds of an answer. */
    public double average() {
        return seconds / requests;
    }

    /** 0 to 1. */
    public double errorRate() {
        return (double) errors / requests;
    }

    /** False while its last three answers failed. */
    public boolean healthy() {
        return recentFailures < FAILURES_OF_THE_SICK;
    }
}
