package dev.gaia.asset.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.time.Duration;
import org.apache.camel.Exchange;

/** Steps that remember which assets everybody may see, so that their files need no database; deletion is noticed late. */
final class PublicAssets {

    private static final int REMEMBERED_MAX = 100_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final Cache<String, Boolean> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED)
            .build();

    void recall(Exchange exchange) {
        exchange.setVariable("publicAsset", known.getIfPresent(asset(exchange)) != null);
    }

    /** Reads the statement's verdict in the body. */
    void judge(Exchange exchange) {
        if (!exchange.getMessage().getBody(JsonNode.class).path("public").asBoolean()) {
            throw Failure.of(FailureCode.ASSET_NOT_FOUND, "File not found");
        }
        known.put(asset(exchange), true);
    }

    private static String asset(Exchange exchange) {
        return exchange.getMessage().getHeader("fileAsset", "", String.class);
    }
}
