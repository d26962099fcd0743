package dev.gaia.asset.meaning;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the search by meaning.
 *
 * @param model the provider's model that turns texts into vectors; {@code auto} for the usual one while the provider has
 *     a key, {@code none} to search by words only
 * @param usualModel the model that {@code auto} stands for
 * @param similarityThreshold how near an asset must be to be found, 0 to 1
 * @param timeout longest wait for the vector of a search
 * @param batchTimeout longest wait for the vectors of a batch of assets
 * @param batchMax assets whose vectors are asked for at once
 * @param batchesMax batches of one look for assets without vectors
 * @param callsMax searches that wait for a vector at a time; further ones search by words
 * @param vectorsMax vectors one process keeps in memory
 */
@ConfigurationProperties("gaia.asset.embedding")
public record EmbeddingSettings(
        String model,
        String usualModel,
        double similarityThreshold,
        Duration timeout,
        Duration batchTimeout,
        int batchMax,
        int batchesMax,
        int callsMax,
        int vectorsMax) {

    private static final int MODEL_LENGTH_MAX = 100;

    public EmbeddingSettings {
        model = model == null ? "" : model.strip();
        if (model.isEmpty() || model.length() > MODEL_LENGTH_MAX) {
            throw new IllegalArgumentException("`gaia.asset.embedding.model` is `" + model
                    + "`; it must be none, auto, or the name of a model with at most 100 characters");
        }
        if (!(similarityThreshold >= 0 && similarityThreshold <= 1)) {
            throw new IllegalArgumentException("`gaia.asset.embedding.similarity-threshold` is " + similarityThreshold
                    + "; it must be 0 to 1, like 0.7");
        }
        positive("timeout", timeout);
        positive("batch-timeout", batchTimeout);
        atLeastOne("batch-max", batchMax);
        atLeastOne("batches-max", batchesMax);
        atLeastOne("calls-max", callsMax);
        atLeastOne("vectors-max", vectorsMax);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "`gaia.asset.embedding." + name + "` is " + value + "; it must be 1 or more");
        }
    }

    private static void positive(String name, Duration value) {
        if (value == null || value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "`gaia.asset.embedding." + name + "` is " + value + "; it must be a duration above 0, like 3s");
        }
    }
}
