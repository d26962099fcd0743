package dev.gaia.chat.figures;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * One attempt that ended: what the figures of providers are made of.
 *
 * @param seconds it took
 * @param cost USD
 * @param error the class of its failure; empty when the provider is not to blame
 */
record AttemptSample(
        Instant at,
        String provider,
        String model,
        double seconds,
        long inputTokens,
        long outputTokens,
        BigDecimal cost,
        Optional<String> error) {

    /** Ends for which a provider cannot help: its answer, the caller's leave, or what the caller asked for. */
    private static final Set<String> BLAMELESS =
            Set.of("ok", "caller-gone", "rejected", "local", "request", "refusal", "context", "prefill-refused");

    static Optional<String> error(String outcome) {
        return BLAMELESS.contains(outcome) ? Optional.empty() : Optional.of(outcome);
    }

    boolean failed() {
        return error.isPresent();
    }

    long tokens() {
        return inputTokens + outputTokens;
    }
}
