package dev.gaia.chat.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gaia.link.GaiaHeaders;
import java.time.Duration;
import org.apache.camel.Exchange;

/** Which row of {@code users} a caller is; it never changes, so it is asked for once in a while only. */
final class ConversationOwners {

    private static final int MAX_ENTRIES = 20_000;
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final String OWNER = "owner";

    private final Cache<String, String> owners = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(KEPT)
            .build();

    /** Leaves the id in the variable {@code owner}, or notes in {@code ownerUnknown} that it is to be found. */
    void recallOwner(Exchange exchange) {
        var known = owners.getIfPresent(user(exchange));
        exchange.setVariable("ownerUnknown", known == null);
        if (known != null) {
            exchange.setVariable(OWNER, known);
        }
    }

    /** Keeps the owner that was found: body {@code {"id"}}. */
    void keepOwner(Exchange exchange) {
        var owner = exchange.getMessage().getBody(JsonNode.class).path("id").asText();
        owners.put(user(exchange), owner);
        exchange.setVariable(OWNER, owner);
    }

    private static String user(Exchange exchange) {
        return exchange.getMessage().getHeader(GaiaHeaders.USER_ID, "", String.class);
    }
}
