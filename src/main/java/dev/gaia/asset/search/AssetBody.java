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

    private static JsonNode body(Exchange exchange) {
        return exchange.getMessage().getBody(JsonNode.class);
    }
}
