package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.Exchanges;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps that keep with its generation what is paid and cannot be stored, and take it from there. */
@SuppressWarnings("DoNotCallSuggester") // routes call these steps, one of which throws on purpose
final class HoldResult {

    private static final Logger log = LoggerFactory.getLogger(HoldResult.class);
    private static final String TROUBLE = "storageTrouble";
    private static final int KEPT_MAX_CHARACTERS = 48 << 20;

    private final ObjectMapper mapper;

    HoldResult(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Binds order and result, the file included when it came inside; nothing when that is too much to be kept. */
    void describe(Exchange exchange) {
        IOException cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, IOException.class);
        exchange.setVariable(TROUBLE, cause);
        ObjectNode kept = mapper.createObjectNode()
                .put("provider", exchange.getVariable("provider", "", String.class))
                .put("kind", exchange.getVariable("kind", "", String.class));
        kept.set("call", Exchanges.json(exchange, "call"));
        kept.set("result", Exchanges.json(exchange, "result"));
        String text = kept.toString();
        exchange.getMessage().setHeader("generationKept", text.length() > KEPT_MAX_CHARACTERS ? "" : text);
    }

    /** Fails the generation, in words that tell nothing of the store. */
    void passOn(Exchange exchange) {
        log.error(
                "the result of generation {} is lost",
                exchange.getMessage().getHeader("generationId"),
                exchange.getVariable(TROUBLE, IOException.class));
        throw Failure.of(FailureCode.ASSET_INTERNAL, "Asset request failed: the result could not be stored");
    }

    /** Takes what was kept: its order and where it came from as variables, the result as the body. */
    void take(Exchange exchange) {
        JsonNode kept = Exchanges.json(exchange, "job").at("/provider_result/kept");
        exchange.setVariable("call", kept.path("call"));
        exchange.setVariable("provider", kept.path("provider").asText());
        exchange.setVariable("kind", kept.path("kind").asText());
        exchange.getMessage().setBody(kept.path("result"));
    }
}
