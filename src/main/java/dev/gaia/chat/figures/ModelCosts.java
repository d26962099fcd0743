package dev.gaia.chat.figures;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.catalogue.ModelCatalogue;
import java.math.BigDecimal;

/** What tokens cost, from the prices of the catalogue. */
public final class ModelCosts {

    private final ModelCatalogue catalogue;

    public ModelCosts(ModelCatalogue catalogue) {
        this.catalogue = requireNonNull(catalogue, "catalogue is null");
    }

    /**
     * USD of one answer, to eight decimals; 0 for models without a price.
     *
     * @param cached of the input tokens that the provider had kept
     */
    public BigDecimal of(String model, int input, int cached, int output) {
        return catalogue
                .find(model)
                .map(found -> found.entry().price().of(input, cached, output))
                .orElse(BigDecimal.ZERO);
    }

    /**
     * USD of an answer that several models may have written, each part at the price of its own; 0 for models without a
     * price.
     *
     * @param turn with {@code parts} as in {@link dev.gaia.chat.turn.ChatTurn}; without any, its {@code model} wrote all
     * @param usage of the whole answer: {@code input_tokens}, {@code output_tokens}, {@code cached_tokens}
     */
    public BigDecimal ofTurn(JsonNode turn, JsonNode usage) {
        var parts = turn.path("parts");
        if (parts.isEmpty()) {
            return of(turn.path("model").asText(""), usage);
        }
        var sum = BigDecimal.ZERO;
        for (var part : parts) {
            sum = sum.add(of(part.path("model").asText(), part));
        }
        return sum;
    }

    /** The same as {@link #of(String, int, int, int)}, of counts by their names. */
    public BigDecimal of(String model, JsonNode usage) {
        return of(
                model,
                usage.path("input_tokens").asInt(),
                usage.path("cached_tokens").asInt(),
                usage.path("output_tokens").asInt());
    }
}
