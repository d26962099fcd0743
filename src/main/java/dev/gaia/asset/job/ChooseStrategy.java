package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.Exchanges;
import dev.gaia.asset.provider.AssetProviders;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Step that decides how a request is met (assets.md 3.3): by the best stored asset in variable {@code candidates}, or by
 * one of the priced offers in variable {@code offers}. Binds strategy, price and request for the new generation.
 */
final class ChooseStrategy implements Processor {

    private static final double GOOD_QUALITY = 0.8;
    private static final double SIMILAR = 0.7;
    private static final double GENERATION_CONFIDENCE = 0.85;
    private static final long STORED_MILLIS = 100;
    private static final long GENERATION_MILLIS = 8000;
    private static final double EQUAL = 0.01;

    private final AssetProviders providers;

    ChooseStrategy(AssetProviders providers) {
        this.providers = providers;
    }

    /** A way to meet the request, with its score. */
    private record Way(String name, BigDecimal cost, long millis, double score) {}

    @Override
    public void process(Exchange exchange) {
        JsonNode request = Exchanges.json(exchange, "request");
        BigDecimal limit = request.at("/preferences/max_cost").decimalValue();
        Optional<JsonNode> stored = best(exchange, request);
        ArrayNode offers = (ArrayNode) Exchanges.json(exchange, "offers");
        List<JsonNode> affordable = StreamSupport.stream(offers.spliterator(), false)
                .filter(offer -> price(offer).compareTo(limit) <= 0)
                .toList();
        List<Way> ways = new ArrayList<>();
        stored.ifPresent(asset -> ways.add(way("database", BigDecimal.ZERO, limit, STORED_MILLIS, quality(asset))));
        affordable.stream()
                .findFirst()
                .ifPresent(offer ->
                        ways.add(way("generation", price(offer), limit, GENERATION_MILLIS, GENERATION_CONFIDENCE)));
        if (ways.isEmpty()) {
            throw refusal(request, offers, limit);
        }
        Way chosen = choose(ways, request.at("/preferences/max_wait_time_ms").asLong());
        bind(exchange, request, chosen, affordable);
        if ("database".equals(chosen.name())) {
            exchange.getMessage()
                    .setHeader("assetId", stored.orElseThrow().path("id").asText());
        }
    }

    /** The stored asset of the highest quality among those that are near enough and fit. */
    private static Optional<JsonNode> best(Exchange exchange, JsonNode request) {
        if (!(exchange.getVariable("candidates") instanceof JsonNode candidates)) {
            return Optional.empty();
        }
        return StreamSupport.stream(candidates.path("assets").spliterator(), false)
                .filter(asset -> CandidateQuestions.allowed(asset, request.path("preferences")))
                .filter(asset -> goodEnough(asset, request.path("requirements")))
                .max(Comparator.comparingDouble(ChooseStrategy::quality)
                        .thenComparingDouble(asset -> asset.path("similarity").asDouble())
                        .thenComparing(asset -> asset.path("created_at").asText()));
    }

    /** Is a stored asset near enough, good enough, and of the kind that is needed? */
    static boolean goodEnough(JsonNode asset, JsonNode requirements) {
        return asset.path("similarity").asDouble() >= SIMILAR
                && quality(asset) >= GOOD_QUALITY
                && fits(asset, requirements);
    }

    private static boolean fits(JsonNode asset, JsonNode requirements) {
        boolean format = !requirements.has("format")
                || requirements
                        .path("format")
                        .asText()
                        .equals(asset.path("file_format").asText());
        boolean size = !requirements.has("file_size_max_mb")
                || asset.path("file_size_mb").asDouble()
                        <= requirements.path("file_size_max_mb").asDouble();
        JsonNode polygons = asset.at("/metadata/polygon_count");
        boolean small = !requirements.has("polygon_count_max")
                || !polygons.isNumber()
                || polygons.asLong() <= requirements.path("polygon_count_max").asLong();
        return format && size && small;
    }

    private static Way way(String name, BigDecimal cost, BigDecimal limit, long millis, double confidence) {
        double cheap = cost.signum() == 0 ? 1 : 1 - cost.doubleValue() / limit.doubleValue();
        double quick = 1 - Math.min(millis / 10_000.0, 1);
        return new Way(name, cost, millis, 0.5 * confidence + 0.3 * cheap + 0.2 * quick);
    }

    /** The highest score; of equal ones the one in time, then the order in which the ways stand. */
    private static Way choose(List<Way> ways, long waitMillis) {
        double highest = ways.stream().mapToDouble(Way::score).max().orElseThrow();
        List<Way> equal =
                ways.stream().filter(way -> highest - way.score() <= EQUAL).toList();
        return equal.stream()
                .filter(way -> way.millis() <= waitMillis)
                .findFirst()
                .orElse(equal.getFirst());
    }

    private static void bind(Exchange exchange, JsonNode request, Way chosen, List<JsonNode> affordable) {
        ObjectNode kept = request.deepCopy();
        ArrayNode offers = kept.putArray("offers");
        // One that costs more than what is reserved for the first is not asked.
        affordable.stream()
                .filter(offer -> price(offer).compareTo(chosen.cost()) <= 0)
                .forEach(offers::add);
        Message message = exchange.getMessage();
        exchange.setVariable("strategy", chosen.name());
        message.setHeader("generationStrategy", chosen.name());
        message.setHeader("generationCost", chosen.cost().toPlainString());
        message.setHeader("generationRequest", kept.toString());
    }

    private Failure refusal(JsonNode request, ArrayNode offers, BigDecimal limit) {
        if (!request.at("/preferences/allow_generation").asBoolean()) {
            return Failure.of(FailureCode.ASSET_NOT_FOUND, "No matching asset found");
        }
        if (offers.isEmpty()) {
            String category = request.path("category").asText();
            String wanted = providers.wanted(category);
            return Failure.of(
                    FailureCode.ASSET_PROVIDER_NOT_CONFIGURED,
                    wanted.isEmpty()
                            ? "Asset request failed: no provider makes the category " + category
                            : "Asset request failed: " + wanted + " API key not configured");
        }
        BigDecimal cheapest = StreamSupport.stream(offers.spliterator(), false)
                .map(ChooseStrategy::price)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        return Failure.of(
                FailureCode.ASSET_COST_LIMIT_EXCEEDED,
                String.format(
                        Locale.ROOT,
                        "Estimated cost %s exceeds limit %s",
                        cheapest.setScale(4, RoundingMode.HALF_UP),
                        limit.setScale(4, RoundingMode.HALF_UP)));
    }

    private static BigDecimal price(JsonNode offer) {
        return offer.path("price").decimalValue();
    }

    private static double quality(JsonNode asset) {
        return asset.path("quality_score").asDouble();
    }
}
