package dev.gaia.chat.figures;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.catalogue.CatalogueModel.Price;
import dev.gaia.chat.catalogue.ModelCatalogue;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** What tokens cost, from the prices of the catalogue. */
public final class ModelCosts {

    private static final int MILLION_DIGITS = 6;
    private static final int DECIMALS = 8;

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
                .map(found -> of(found.entry().price(), input, Math.min(cached, input), output))
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

    private static BigDecimal of(Price price, int input, int cached, int output) {
        return price.input()
                .multiply(BigDecimal.valueOf(input - (long) cached))
                .add(price.cached().multiply(BigDecimal.valueOf(cached)))
                .add(price.output().multiply(BigDecimal.valueOf(output)))
                .movePointLeft(MILLION_DIGITS)
                .setScale(DECIMALS, RoundingMode.HALF_UP);
    }
}
