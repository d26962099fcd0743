package dev.gaia.asset.search;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Exchange;

/** What routes ask about the document in their body. */
public final class AssetBody {

    /** Did the statement find nothing? */
    public boolean missing(Exchange exchange) {
        return body(exchange).isMissingNode();
    }

    /** Does the document hold the row of an asset? */
    public boolean hasAsset(Exchange exchange) {
        return body(exchange).path("asset").isObject();
    }

    /** The offers with their prices. */
    public JsonNode offers(Exchange exchange) {
        return body(exchange).path("offers");
    }

    /** {@code pending}, {@code processing}, {@code completed} or {@code failed}. */
    public String jobStatus(Exchange exchange) {
        return body(exchange).path("job").path("status").asText();
    }

    /** Is the generation in the body over, whichever way? */
    public boolean jobOver(Exchange exchange) {
        String status = jobStatus(exchange);
        return "completed".equals(status) || "failed".equals(status);
    }

    /** The ids of the generations that nobody works on. */
    public JsonNode jobs(Exchange exchange) {
        return body(exchange).path("jobs");
    }

    /** Did the statement do it: is its field of that name true, or a count above 0? */
    public boolean done(Exchange exchange, String field) {
        JsonNode value = body(exchange).path(field);
        return value.asBoolean() || value.asInt() > 0;
    }

    /** Did the generation whose status is in the body fail? */
    public boolean failed(Exchange exchange) {
        return "failed".equals(body(exchange).path("status").asText());
    }

    /** The categories that the statement names, with commas between them. */
    public String categories(Exchange exchange) {
        return body(exchange).path("categories").asText();
    }

    /** The one word the statement left. */
    public String outcome(Exchange exchange) {
        return body(exchange).path("outcome").asText();
    }

    private static JsonNode body(Exchange exchange) {
        return exchange.getMessage().getBody(JsonNode.class);
    }
}
