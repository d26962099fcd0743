package dev.gaia.asset.meaning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.provider.ProviderFailure;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps that give assets their vectors in the background, and keep those in memory up to date. */
final class EmbedSteps {

    private static final Logger log = LoggerFactory.getLogger(EmbedSteps.class);
    private static final String MORE = "moreAssets";
    private static final String BATCH = "batch";
    private static final String OVERLAP = "10 seconds";

    private final Meanings meanings;
    private final VectorIndex index;
    private final EmbeddingSettings settings;
    private final ObjectMapper mapper;
    private boolean fullTold;

    EmbedSteps(Meanings meanings, VectorIndex index, EmbeddingSettings settings, ObjectMapper mapper) {
        this.meanings = meanings;
        this.index = index;
        this.settings = settings;
        this.mapper = mapper;
    }

    /** Binds the model, a name for what this process claims, and that there may be assets without vectors. */
    void begin(Exchange exchange) {
        exchange.getMessage().setHeader("assetNearModel", meanings.model());
        exchange.getMessage().setHeader("assetClaim", UUID.randomUUID().toString());
        exchange.getMessage().setHeader("assetBatchMax", settings.batchMax());
        exchange.setVariable("embeddingTimeout", settings.batchTimeout());
        exchange.setVariable(MORE, true);
        exchange.setVariable("batches", 0);
    }

    /** Takes assets without vectors from the body, and leaves their texts; none end the loop, and many batches do. */
    void takeMissing(Exchange exchange) {
        JsonNode missing = exchange.getMessage().getBody(JsonNode.class).path("assets");
        int batches = exchange.getVariable("batches", Integer.class) + 1;
        exchange.setVariable("batches", batches);
        exchange.setVariable(MORE, missing.size() == settings.batchMax() && batches < settings.batchesMax());
        exchange.setVariable(BATCH, missing);
        exchange.setVariable("anyMissing", !missing.isEmpty());
        ObjectNode texts = mapper.createObjectNode().put("model", meanings.model());
        ArrayNode all = texts.putArray("texts");
        missing.forEach(asset -> all.add(asset.path("text")));
        exchange.getMessage().setBody(texts);
    }

    /** Binds the vectors in the body with the assets they belong to. */
    void bindVectors(Exchange exchange) throws ProviderFailure {
        JsonNode batch = exchange.getVariable(BATCH, JsonNode.class);
        List<JsonNode> vectors = Vectors.inOrder(exchange.getMessage().getBody(JsonNode.class));
        if (vectors.size() != batch.size()) {
            throw ProviderFailure.failed(
                    "the embedding model gave %d vectors for %d texts".formatted(vectors.size(), batch.size()));
        }
        ArrayNode rows = mapper.createArrayNode();
        for (int i = 0; i < batch.size(); i++) {
            rows.addObject()
                    .put("id", batch.get(i).path("id").asText())
                    .set("vector", Vectors.json(Vectors.read(vectors.get(i))));
        }
        exchange.getMessage().setHeader("assetRows", rows.toString());
    }

    /** Keeps how the database says that nearness is computed. */
    void keepNearness(Exchange exchange) {
        meanings.keepNearness(
                exchange.getMessage().getBody(JsonNode.class).path("nearness").asText());
        log.info("assets are searched by meaning: model {}, nearness by {}", meanings.model(), meanings.nearness());
    }

    /**
     * Binds from where on vectors are to be read into memory: from a little before the last one, since what was written
     * earlier may have been committed later.
     */
    void beginReading(Exchange exchange) {
        bind(exchange, index.last(), OVERLAP);
        exchange.setVariable(MORE, true);
    }

    private void bind(Exchange exchange, VectorIndex.Position from, String overlap) {
        Message message = exchange.getMessage();
        message.setHeader("assetNearModel", meanings.model());
        message.setHeader("assetVectorTime", from.time());
        message.setHeader("assetVectorId", from.id());
        message.setHeader("assetVectorOverlap", overlap);
    }

    /**
     * Takes vectors from the body into memory, and binds where the next ones begin; variable {@code changedCategories}
     * lists those of which there is something new.
     */
    void takeVectors(Exchange exchange) throws ProviderFailure {
        JsonNode rows = exchange.getMessage().getBody(JsonNode.class).path("vectors");
        VectorIndex.Position last = index.last();
        Set<String> changed = new TreeSet<>();
        for (JsonNode row : rows) {
            last = new VectorIndex.Position(
                    row.path("time").asText(), row.path("id").asText());
            String category = row.path("category").asText();
            if (index.add(last, category, Vectors.read(row.path("vector")))) {
                changed.add(category);
            }
        }
        if (index.full() && !fullTold) {
            fullTold = true;
            log.warn(
                    "{} vectors are in memory; further assets are searched by their words. Install pgvector, or raise"
                            + " gaia.asset.embedding.vectors-max.",
                    index.size());
        }
        exchange.setVariable("changedCategories", String.join(",", changed));
        exchange.setVariable(MORE, !rows.isEmpty() && !index.full());
        bind(exchange, last, "0 seconds");
    }
}
