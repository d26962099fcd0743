package dev.gaia.chat.figures;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * One row of {@code api_usage_costs}: an answer of a model.
 *
 * @param logId {@code usage_YYYYMMDD_HHMMSS_<message>}; the same answer always has the same
 * @param cost USD, eight decimals
 * @param cancelled whether the answer ended early, so that its user has only part of it
 */
record UsageRow(
        String logId,
        String userId,
        String providerKey,
        String model,
        BigDecimal cost,
        int inputTokens,
        int outputTokens,
        boolean cancelled,
        Instant at) {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuuuMMdd_HHmmss");
    private static final int MODEL_MAX = 100;

    static UsageRow of(TurnSample sample, String providerKey) {
        var model = sample.model();
        return new UsageRow(
                logId(sample.at(), sample.messageId()),
                sample.userId(),
                providerKey,
                model.length() > MODEL_MAX ? model.substring(0, MODEL_MAX) : model,
                sample.cost(),
                sample.inputTokens(),
                sample.outputTokens(),
                sample.cutShort(),
                sample.at());
    }

    /** The visible part tells second and day; the rest makes it one of a kind. */
    static String logId(Instant at, String unique) {
        return "usage_" + LocalDateTime.ofInstant(at, ZoneOffset.UTC).format(STAMP) + "_" + unique;
    }

    int tokens() {
        return inputTokens + outputTokens;
    }
}
