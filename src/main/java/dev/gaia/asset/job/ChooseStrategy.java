package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.AssetSettings;
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
 * Step that decides how a request is met (assets.md 3.3): by the best stored asset in variable {@code candidates}, as it
 * is or adapted, or by one of the priced offers in variable {@code offers}. Binds strategy, price and request for the
 * new generation.
 */
final class ChooseStrategy implements Processor {

    private final AssetProviders providers;
    private final AssetSettings settings;

    ChooseStrategy(AssetProviders providers, AssetSettings settings) {
        this.providers = providers;
        this.settings = settings;
    }

    /** A stored asset and what is to be done to it, by whom. */
    private record Adaptation(Candidate base, List<Candidate.Modification> modifications, List<JsonNode> offers) {

        BigDecimal price() {
            return ChooseStrategy.price(offers.getFirst());
        }
    }

    @Override
    public void process(Exchange exchange) {
        JsonNode request = Exchanges.json(exchange, "request");
        BigDecimal limit = request.at("/preferences/max_cost").decimalValue();
        JsonNode found =
                exchange.getVariable("candidates") instanceof JsonNode searched ? searched : MissingNode.getInstance();
        List<Candidate> candidates = Candidate.of(found, request);
        Optional<Candidate> stored =
                Candidate.best(candidates.stream().filter(candidate -> candidate.usable(request)), request);
        Optional<Adaptation> adaptation = adaptation(request, candidates, offers(exchange, "modification"));
        List<JsonNode> makers = offers(exchange, "generation");

        List<Way> offered = new ArrayList<>();
        stored.ifPresent(asset -> offered.add(Way.database(asset.quality())));
        adaptation.ifPresent(adapted -> offered.add(Way.hybrid(adapted.base().quality(), adapted.price())));
        cheapEnough(makers, limit).stream()
                .findFirst()
                .or(() -> makers.stream().min(Comparator.comparing(ChooseStrategy::price)))
                .ifPresent(maker -> offered.add(Way.generation(price(maker))));
        List<Way> affordable =
                offered.stream().filter(way -> way.cost().compareTo(limit) <= 0).toList();
        if (affordable.isEmpty()) {
            throw refusal(request, offered, limit);
        }
        Way chosen = Way.best(
                affordable, limit, request.at("/preferences/max_wait_time_ms").asLong());
        bind(exchange, request, chosen, adaptation, cheapEnough(makers, limit));
        if ("database".equals(chosen.name())) {
            exchange.getMessage().setHeader("assetId", stored.orElseThrow().id());
        }
    }

    private Optional<Adaptation> adaptation(JsonNode request, List<Candidate> candidates, List<JsonNode> adapters) {
        List<String> formats = providers.baseFormats(request.path("category").asText());
        Optional<Candidate> base = adapters.isEmpty()
                ? Optional.empty()
                : Candidate.best(
                        candidates.stream()
                                .filter(candidate -> candidate.adaptable(request, formats, settings.baseMaxBytes())),
                        request);
        return base.map(asset -> {
            List<Candidate.Modification> needed = asset.modifications(request);
            List<JsonNode> priced = new ArrayList<>();
            for (JsonNode adapter : adapters) {
                BigDecimal cost = Way.modificationCost(price(adapter), needed.size(), settings.generationMaxCost());
                priced.add(((ObjectNode) adapter.deepCopy()).put("price", cost));
            }
            return new Adaptation(asset, needed, priced);
        });
    }

    /** Keeps with the request what the job needs: who is asked in which order, and the asset that is adapted. */
    private static void bind(
            Exchange exchange, JsonNode request, Way chosen, Optional<Adaptation> adaptation, List<JsonNode> makers) {
        ObjectNode kept = request.deepCopy();
        ArrayNode offers = kept.putArray("offers");
        if ("hybrid".equals(chosen.name())) {
            Adaptation adapted = adaptation.orElseThrow();
            adapted.offers().stream()
                    .filter(offer -> price(offer).compareTo(adapted.price()) <= 0)
                    .forEach(offers::add);
            kept.set("base", base(adapted));
        }
        if (!"database".equals(chosen.name()) && !makers.isEmpty()) {
            // One that costs more than what is reserved for the first is not asked.
            BigDecimal reserved = price(makers.getFirst());
            makers.stream()
                    .filter(offer -> price(offer).compareTo(reserved) <= 0)
                    .forEach(offers::add);
        }
        Message message = exchange.getMessage();
        exchange.setVariable("strategy", chosen.name());
        message.setHeader("generationStrategy", chosen.name());
        message.setHeader("generationCost", chosen.cost().toPlainString());
        message.setHeader("generationRequest", kept.toString());
    }

    private static ObjectNode base(Adaptation adaptation) {
        ObjectNode base = JsonNodeFactory.instance
                .objectNode()
                .put("id", adaptation.base().id());
        ArrayNode kinds = base.putArray("kinds");
        ArrayNode modifications = base.putArray("modifications");
        adaptation.modifications().forEach(modification -> {
            kinds.add(modification.kind());
            modifications.add(modification.words());
        });
        return base;
    }

    private Failure refusal(JsonNode request, List<Way> offered, BigDecimal limit) {
        if (!offered.isEmpty()) {
            BigDecimal cheapest = offered.stream()
                    .map(Way::cost)
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
        if (!request.at("/preferences/allow_generation").asBoolean()) {
            return Failure.of(FailureCode.ASSET_NOT_FOUND, "No matching asset found");
        }
        String category = request.path("category").asText();
        String wanted = providers.wanted(category);
        return Failure.of(
                FailureCode.ASSET_PROVIDER_NOT_CONFIGURED,
                wanted.isEmpty()
                        ? "Asset request failed: no provider makes the category " + category
                        : "Asset request failed: " + wanted + " API key not configured");
    }

    private static List<JsonNode> offers(Exchange exchange, String kind) {
        return StreamSupport.stream(Exchanges.json(exchange, "offers").spliterator(), false)
                .filter(offer -> kind.equals(offer.path("kind").asText()))
                .toList();
    }

    private static List<JsonNode> cheapEnough(List<JsonNode> offers, BigDecimal limit) {
        return offers.stream()
                .filter(offer -> price(offer).compareTo(limit) <= 0)
                .toList();
    }

    private static BigDecimal price(JsonNode offer) {
        return offer.path("price").decimalValue();
    }
}
