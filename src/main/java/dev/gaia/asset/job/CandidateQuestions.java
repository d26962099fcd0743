package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.asset.Exchanges;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.camel.Exchange;

/** What the search for candidates asks. */
public final class CandidateQuestions {

    private static final List<String> OFFERED = List.of("audio", "texture", "environment", "prop");

    /** Should the free libraries be asked too? Only while no stored asset in the body is good enough. */
    public boolean wantsLibraries(Exchange exchange) {
        JsonNode request = Exchanges.json(exchange, "request");
        JsonNode found = exchange.getMessage().getBody(JsonNode.class);
        return request.at("/preferences/allow_external").asBoolean()
                && OFFERED.contains(request.path("category").asText())
                && StreamSupport.stream(found.path("assets").spliterator(), false)
                        .noneMatch(asset -> allowed(asset, request.path("preferences"))
                                && ChooseStrategy.goodEnough(asset, request.path("requirements")));
    }

    /** Do the caller's preferences permit this candidate? */
    static boolean allowed(JsonNode asset, JsonNode preferences) {
        boolean external = "external".equals(asset.path("storage_type").asText());
        boolean commercial = !asset.at("/metadata/non_commercial").asBoolean();
        return preferences.path(external ? "allow_external" : "allow_database").asBoolean()
                && (commercial || preferences.path("allow_non_commercial").asBoolean());
    }
}
