package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.asset.Exchanges;
import java.util.List;
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
                && Candidate.of(found, request).stream().noneMatch(candidate -> candidate.usable(request));
    }
}
