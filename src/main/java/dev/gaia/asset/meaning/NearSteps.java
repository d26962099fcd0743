package dev.gaia.asset.meaning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.provider.ProviderFailure;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * The steps of a search by meaning. They bind for the statement that finds assets: {@code assetNear}, a JSON list of
 * {@code id} and {@code similarity}; {@code assetNearModel} and {@code assetNearUntil}, which say whose meaning was
 * compared, so that words count for all others; and {@code assetSearchMode}, {@code semantic} or {@code text}.
 */
final class NearSteps {

    private static final int NEAR_MAX = 400;
    private static final String VECTOR = "searchVector";

    private final Meanings meanings;
    private final VectorIndex index;
    private final EmbeddingSettings settings;
    private final ObjectMapper mapper;

    NearSteps(Meanings meanings, VectorIndex index, EmbeddingSettings settings, ObjectMapper mapper) {
        this.meanings = meanings;
        this.index = index;
        this.settings = settings;
        this.mapper = mapper;
    }

    /** Binds a search by words, and says whether meaning is to be compared and whether the vector is known. */
    void begin(Exchange exchange) {
        byWords(exchange);
        String words = words(exchange);
        boolean sought = !meanings.comparing().isEmpty();
        Optional<float[]> known = sought ? meanings.known(words) : Optional.empty();
        known.ifPresent(vector -> exchange.setVariable(VECTOR, vector));
        exchange.setVariable("nearSought", sought);
        exchange.setVariable("vectorKnown", known.isPresent());
        exchange.setVariable("embeddingTimeout", settings.timeout());
        ObjectNode texts = mapper.createObjectNode().put("model", meanings.model());
        texts.putArray("texts").add(words);
        exchange.getMessage().setBody(texts);
    }

    /** Binds a search by words only, as when meaning could not be compared. */
    void byWords(Exchange exchange) {
        bind(exchange.getMessage(), "[]", "", VectorIndex.Position.START.time(), "text");
    }

    /** Keeps the vector of the search from the body. */
    void keepVector(Exchange exchange) throws ProviderFailure {
        float[] vector =
                Vectors.read(exchange.getMessage().getBody(JsonNode.class).at("/vectors/0/vector"));
        meanings.know(words(exchange), vector);
        exchange.setVariable(VECTOR, vector);
    }

    /** Binds the vector for the database to compare. */
    void bindVector(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setHeader(
                "assetVector",
                Vectors.json(exchange.getVariable(VECTOR, float[].class)).toString());
        message.setHeader("assetNearModel", meanings.model());
        message.setHeader("assetThreshold", settings.similarityThreshold());
        message.setHeader("assetNearMax", NEAR_MAX);
    }

    /** Binds what the database found near, from the body. */
    void bindNear(Exchange exchange) {
        JsonNode near = exchange.getMessage().getBody(JsonNode.class).path("near");
        bind(exchange.getMessage(), near.toString(), meanings.model(), "infinity", "semantic");
    }

    /** Binds what is near in memory. */
    void findNear(Exchange exchange) {
        String until = index.last().time();
        String category = exchange.getMessage().getHeader("assetCategory", "", String.class);
        ArrayNode found = mapper.createArrayNode();
        index.near(exchange.getVariable(VECTOR, float[].class), category, settings.similarityThreshold(), NEAR_MAX)
                .forEach(near -> found.addObject().put("id", near.id()).put("similarity", near.similarity()));
        bind(exchange.getMessage(), found.toString(), meanings.model(), until, "semantic");
    }

    private static void bind(Message message, String near, String model, String until, String mode) {
        message.setHeader("assetNear", near);
        message.setHeader("assetNearModel", model);
        message.setHeader("assetNearUntil", until);
        message.setHeader("assetSearchMode", mode);
    }

    private static String words(Exchange exchange) {
        return exchange.getMessage().getHeader("assetQuery", "", String.class);
    }
}
