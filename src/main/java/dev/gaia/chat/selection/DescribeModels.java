package dev.gaia.chat.selection;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.catalogue.CatalogueModel;
import dev.gaia.chat.catalogue.CatalogueProvider;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.chat.figures.NaiveTime;
import dev.gaia.chat.figures.ProviderSums;
import dev.gaia.chat.figures.TurnFigures;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * Leaves what is known of models and providers in the body, for mappings to shape answers from.
 *
 * <p>The document: {@code now}; {@code query} and {@code path} of the request; {@code models} that can be asked, each
 * {@code id, title, description, provider, capabilities, context, max_output, input_price, output_price} (USD per
 * million tokens), {@code input_token_price, output_token_price} (USD per token), {@code latency_ms, quality, speed, deprecated, sampling, aliases}; {@code providers} that can be
 * called, each {@code name, title, default_model, healthy, requests, tokens, cost, errors, error_rate, average_ms,
 * last_request}; {@code capabilities}, {@code contexts}, {@code priorities}.
 */
final class DescribeModels {

    private static final String PROVIDER_PARAMETER = "provider";
    private static final String MODEL_PARAMETER = "model_id";
    private static final int MILLION_DIGITS = 6;
    private static final int COST_DECIMALS = 6;
    private static final int RATE_DECIMALS = 4;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ModelOffer offer;
    private final SelectionTable selection;
    private final SelectModel select;
    private final TurnFigures figures;
    private final ObjectMapper mapper;
    private final Clock clock = Clock.systemUTC();
    private final Instant started = clock.instant();

    DescribeModels(
            ModelOffer offer, SelectionTable selection, SelectModel select, TurnFigures figures, ObjectMapper mapper) {
        this.offer = offer;
        this.selection = selection;
        this.select = select;
        this.figures = figures;
        this.mapper = mapper;
    }

    /** Step: the document of all of them. */
    void describeModels(Exchange exchange) {
        var document = NODES.objectNode();
        document.put("now", NaiveTime.of(clock.instant()));
        document.set("query", mapper.valueToTree(parameters(exchange, "query")));
        document.set("path", mapper.valueToTree(parameters(exchange, "path")));
        var models = document.putArray("models");
        offer.models().forEach(model -> models.add(describe(model)));
        var providers = document.putArray("providers");
        offer.providers().forEach(provider -> providers.add(describe(provider)));
        CatalogueModel.CAPABILITIES.forEach(document.putArray("capabilities")::add);
        document.set("contexts", contexts());
        document.set("priorities", mapper.valueToTree(selection.priorities()));
        exchange.getMessage().setBody(document);
    }

    /** Step: the document of the model named in the path. */
    void describeModel(Exchange exchange) {
        var name = parameters(exchange, "path").getOrDefault(MODEL_PARAMETER, "");
        var found = offer.find(name)
                .filter(model -> !model.entry().family())
                .orElseThrow(() -> Failure.of(FailureCode.CHAT_NOT_FOUND, "Model not found: " + name));
        exchange.getMessage().setBody(describe(found.entry()));
    }

    /** Step: refuses a provider in the path that cannot be called. */
    void requireKnownProvider(Exchange exchange) {
        var name = parameters(exchange, "path").getOrDefault(PROVIDER_PARAMETER, "");
        if (offer.provider(name).isEmpty()) {
            throw Failure.of(FailureCode.CHAT_NOT_FOUND, "Provider " + name + " not found");
        }
    }

    ObjectNode describe(CatalogueModel model) {
        var document = NODES.objectNode()
                .put("id", model.id())
                .put("title", model.title())
                .put("description", model.description())
                .put("provider", model.provider())
                .put("context", model.context())
                .put("max_output", model.maxOutput())
                .put("input_price", model.price().input())
                .put("output_price", model.price().output())
                .put("input_token_price", model.price().input().movePointLeft(MILLION_DIGITS))
                .put("output_token_price", model.price().output().movePointLeft(MILLION_DIGITS))
                .put("latency_ms", select.latency(model))
                .put("quality", model.quality())
                .put("speed", model.speed())
                .put("deprecated", model.deprecated())
                .put("sampling", model.sampling().orElse(true));
        model.capabilities().forEach(document.putArray("capabilities")::add);
        model.aliases().forEach(document.putArray("aliases")::add);
        return document;
    }

    private ObjectNode describe(CatalogueProvider provider) {
        var sums = figures.provider(provider.name());
        return NODES.objectNode()
                .put("name", provider.name())
                .put("title", provider.title())
                .put("default_model", provider.defaultModel())
                .put("healthy", select.healthy(provider.name()))
                .put("requests", sums.map(ProviderSums::requests).orElse(0L))
                .put("tokens", sums.map(ProviderSums::tokens).orElse(0L))
                .put("cost", rounded(sums.map(ProviderSums::cost).orElse(BigDecimal.ZERO), COST_DECIMALS))
                .put("errors", sums.map(ProviderSums::errors).orElse(0L))
                .put(
                        "error_rate",
                        rounded(
                                BigDecimal.valueOf(
                                        sums.map(ProviderSums::errorRate).orElse(0.0)),
                                RATE_DECIMALS))
                .put(
                        "average_ms",
                        sums.map(each -> Math.round(each.average() * 1_000)).orElse(null))
                .put("last_request", sums.map(each -> NaiveTime.of(each.last())).orElse(null))
                .put("last_check", NaiveTime.of(sums.map(ProviderSums::last).orElse(started)));
    }

    private ArrayNode contexts() {
        var contexts = NODES.arrayNode();
        for (var context : selection.contexts()) {
            var entry = contexts.addObject()
                    .put("id", context.id())
                    .put("priority", context.priority())
                    .put("max_response_time_ms", context.maxResponseTimeMs());
            context.requiredCapabilities().forEach(entry.putArray("required_capabilities")::add);
        }
        return contexts;
    }

    private static BigDecimal rounded(BigDecimal value, int decimals) {
        return value.setScale(decimals, RoundingMode.HALF_UP);
    }

    /** Values of the query or of the path, by name. */
    static Map<String, String> parameters(Exchange exchange, String variable) {
        @SuppressWarnings("unchecked")
        Map<String, String> values = exchange.getVariable(variable, Map.class);
        return Optional.ofNullable(values).orElse(Map.of());
    }
}
