package dev.gaia.chat.attempt;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One attempt as the ledger keeps it.
 *
 * @param number of the attempt within its call, from 1
 * @param outcome {@code ok}, the class of a failure such as {@code transient}, or {@code caller-gone}
 * @param status the provider's HTTP status, empty when it sent none
 * @param firstTokenMillis from the attempt's start to its first content
 * @param inputTokens empty when nobody knows
 * @param estimated whether tokens are our own count
 * @param cancelledBy {@code caller} or {@code gateway} when the provider was still at work
 * @param costUsd at the price of this model; empty when that is unknown, or nothing was used
 */
record AttemptRow(
        Instant startedAt,
        String requestId,
        String userId,
        int number,
        String provider,
        String model,
        String outcome,
        OptionalLong status,
        OptionalLong firstTokenMillis,
        long durationMillis,
        OptionalLong inputTokens,
        long outputTokens,
        boolean estimated,
        Optional<String> cancelledBy,
        Optional<BigDecimal> costUsd) {}
