package dev.gaia.chat.figures;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Sums of uses. Money is exact until an answer rounds it. */
record UsageSums(BigDecimal cost, long requests, long tokens, long images, long models, long credits) {

    static final UsageSums NONE = new UsageSums(BigDecimal.ZERO, 0, 0, 0, 0, 0);

    /** One row of {@code chat-usage-records}. */
    static UsageSums of(JsonNode row) {
        return new UsageSums(
                new BigDecimal(row.path("cost").asText("0")),
                row.path("requests").asLong(),
                row.path("tokens").asLong(),
                row.path("images").asLong(),
                row.path("models").asLong(),
                row.path("credits").asLong());
    }

    UsageSums plus(UsageSums more) {
        return new UsageSums(
                cost.add(more.cost),
                requests + more.requests,
                tokens + more.tokens,
                images + more.images,
                models + more.models,
                credits + more.credits);
    }
}
