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

    private static JsonNode body(Exchange exchange) {
        return exchange.getMessage().getBody(JsonNode.class);
    }
}
