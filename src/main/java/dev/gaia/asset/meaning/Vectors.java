package dev.gaia.asset.meaning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.asset.provider.ProviderFailure;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;

/** Vectors as JSON and as numbers. */
final class Vectors {

    private Vectors() {}

    /** The vectors of an answer {@code {"vectors": [{"index", "vector"}]}} in the order of their texts. */
    static List<JsonNode> inOrder(JsonNode answer) {
        return StreamSupport.stream(answer.path("vectors").spliterator(), false)
                .sorted(Comparator.comparingInt(vector -> vector.path("index").asInt()))
                .map(vector -> vector.path("vector"))
                .toList();
    }

    /**
     * The vector, brought to length 1.
     *
     * @throws ProviderFailure when it has not 384 numbers, or no direction
     */
    static float[] read(JsonNode numbers) throws ProviderFailure {
        if (numbers.size() != Meanings.DIMENSIONS) {
            throw ProviderFailure.failed("the embedding model gave vectors of " + numbers.size() + " numbers; "
                    + Meanings.DIMENSIONS + " are needed");
        }
        double[] all = new double[numbers.size()];
        double squares = 0;
        for (int i = 0; i < all.length; i++) {
            all[i] = numbers.get(i).asDouble(Double.NaN);
            squares += all[i] * all[i];
        }
        double length = Math.sqrt(squares);
        if (!(length > 0) || Double.isInfinite(length)) {
            throw ProviderFailure.failed("the embedding model gave a vector without direction");
        }
        float[] vector = new float[all.length];
        for (int i = 0; i < all.length; i++) {
            vector[i] = (float) (all[i] / length);
        }
        return vector;
    }

    static ArrayNode json(float[] vector) {
        ArrayNode numbers = JsonNodeFactory.instance.arrayNode(vector.length);
        for (float number : vector) {
            numbers.add(number);
        }
        return numbers;
    }
}
