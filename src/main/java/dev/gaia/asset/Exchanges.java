package dev.gaia.asset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.link.GaiaHeaders;
import java.util.Map;
import org.apache.camel.Exchange;

/** What the steps of this segment read from an exchange. */
public final class Exchanges {

    private Exchanges() {}

    /** The query parameters of the request. */
    public static Map<String, String> query(Exchange exchange) {
        return texts(exchange, "query");
    }

    /** The values of the path's template. */
    public static Map<String, String> path(Exchange exchange) {
        return texts(exchange, "path");
    }

    /** Who asks. */
    public static String user(Exchange exchange) {
        return exchange.getMessage().getHeader(GaiaHeaders.USER_ID, "", String.class);
    }

    /** Does the caller administrate the platform? */
    public static boolean admin(Exchange exchange) {
        return "true".equals(exchange.getMessage().getHeader(GaiaHeaders.ADMIN, String.class));
    }

    /** A JSON document that an earlier step left in a variable. */
    public static JsonNode json(Exchange exchange, String variable) {
        if (exchange.getVariable(variable) instanceof JsonNode document) {
            return document;
        }
        throw new IllegalStateException(
                "route %s calls a step before the variable %s is set".formatted(exchange.getFromRouteId(), variable));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> texts(Exchange exchange, String variable) {
        return exchange.getVariable(variable) instanceof Map<?, ?> map ? (Map<String, String>) map : Map.of();
    }
}
