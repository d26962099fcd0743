package dev.gaia.chat.figures;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * One turn that ended: what figures are made of.
 *
 * @param at moment of its end
 * @param provider as answers name it, empty when none was chosen
 * @param total seconds from request to end
 * @param called seconds of these that the model took
 * @param cost USD
 * @param error why there is no answer; empty when there is one
 * @param delivered whether the client of a stream has some of the answer
 */
record TurnSample(
        String messageId,
        Instant at,
        String userId,
        String provider,
        String model,
        double total,
        double called,
        int inputTokens,
        int outputTokens,
        BigDecimal cost,
        Optional<String> error,
        boolean delivered) {

    private static final double MILLIS = 1_000.0;

    static TurnSample of(JsonNode turn, Instant at, ModelCosts costs) {
        int input = turn.path("input_tokens").asInt();
        int output = turn.path("output_tokens").asInt();
        return new TurnSample(
                turn.path("message_id").asText(),
                at,
                turn.path("user_id").asText(""),
                turn.path("provider").asText(""),
                turn.path("model").asText(""),
                turn.path("total_time_ms").asLong() / MILLIS,
                turn.path("response_time_ms").asLong() / MILLIS,
                input,
                output,
                turn.path("cost_usd").isNumber() ? turn.path("cost_usd").decimalValue() : costs.ofTurn(turn, turn),
                Optional.ofNullable(turn.path("error").textValue()),
                turn.path("delivered").asBoolean(false));
    }

    boolean failed() {
        return error.isPresent();
    }

    /** True when the client had some of an answer that then ended early: it is paid for all the same. */
    boolean cutShort() {
        return failed() && delivered;
    }

    int tokens() {
        return inputTokens + outputTokens;
    }
}
