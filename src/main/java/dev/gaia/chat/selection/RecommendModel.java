package dev.gaia.chat.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.CheckFields;
import dev.gaia.chat.catalogue.CatalogueModel;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.chat.catalogue.TokenEstimate;
import dev.gaia.chat.figures.ModelCosts;
import dev.gaia.chat.selection.SelectModel.Scored;
import dev.gaia.chat.selection.SelectModel.Selection;
import dev.gaia.chat.selection.SelectModel.Wish;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.apache.camel.Exchange;

/**
 * The steps that recommend and compare models. What they leave in the body: {@code context}, {@code priority},
 * {@code confidence}, {@code reasoning}, {@code estimated_cost} USD, and {@code models}, best first, as
 * {@link DescribeModels} describes them.
 */
final class RecommendModel {

    private static final Set<String> PROVIDERS = Set.of("claude", "openai", "gemini", "mistral");
    private static final Set<String> PRIORITIES = Set.of("speed", "quality", "balanced", "vr", "cost");
    private static final Set<String> CONTEXTS =
            Set.of("greeting", "conversation", "technical", "creative", "vr", "emergency", "multimodal");
    private static final int ALTERNATIVES = 3;
    private static final int COMPARED_MIN = 2;
    private static final int COMPARED_MAX = 10;
    /** Tokens of an answer that a cost is estimated for. */
    private static final int ANSWER_TOKENS = 200;

    private final SelectModel select;
    private final DescribeModels describe;
    private final ModelOffer offer;
    private final ModelCosts costs;
    private final ObjectMapper mapper;

    RecommendModel(
            SelectModel select, DescribeModels describe, ModelOffer offer, ModelCosts costs, ObjectMapper mapper) {
        this.select = select;
        this.describe = describe;
        this.offer = offer;
        this.costs = costs;
        this.mapper = mapper;
    }

    /** Step: reads a request for a recommendation from the body and leaves the recommendation there. */
    void recommendModel(Exchange exchange) {
        var wish = read(body(exchange));
        var selection = select.select(wish);
        if (selection.best().isEmpty()) {
            throw Failure.of(FailureCode.CHAT_NO_PROVIDER);
        }
        var best = selection.best().getFirst();
        var document = JsonNodeFactory.instance
                .objectNode()
                .put("context", selection.context().id())
                .put("priority", selection.priority())
                .put("confidence", Math.round(selection.confidence() * 100) / 100.0)
                .put("reasoning", selection.reasoning())
                .put("estimated_cost", estimate(best.model(), wish.message()));
        document.set("models", described(selection));
        exchange.getMessage().setBody(document);
    }

    private ArrayNode described(Selection selection) {
        var models = JsonNodeFactory.instance.arrayNode();
        selection.best().stream()
                .limit(1 + ALTERNATIVES)
                .map(Scored::model)
                .forEach(model -> models.add(describe.describe(model)));
        return models;
    }

    private BigDecimal estimate(CatalogueModel model, String message) {
        return costs.of(model.id(), TokenEstimate.of(message), 0, ANSWER_TOKENS);
    }

    private JsonNode body(Exchange exchange) {
        try {
            var body = exchange.getMessage().getBody(byte[].class);
            var parsed = mapper.readTree(body == null ? new byte[0] : body);
            if (parsed.isObject()) {
                return parsed;
            }
        } catch (IOException e) {
            // answered below, like any other document that is not an object
        }
        throw Failure.invalid(
                FailureCode.CHAT_INVALID_REQUEST,
                List.of(new Issue("json_invalid", List.of("body"), "The body should be a JSON object")));
    }

    private static Wish read(JsonNode body) {
        var check = new CheckFields(body);
        if (!body.hasNonNull("message")) {
            check.refuse("missing", "Field required", "message");
        }
        var wish = new Wish(
                check.text("message").orElse(""),
                "",
                check.oneOf("provider", PROVIDERS),
                check.oneOf("priority", PRIORITIES),
                check.oneOf("context_type", CONTEXTS),
                check.integer("max_response_time_ms", 0),
                check.texts("required_capabilities", false));
        if (!check.issues().isEmpty()) {
            throw Failure.invalid(FailureCode.CHAT_INVALID_REQUEST, check.issues());
        }
        for (var capability : wish.capabilities()) {
            if (!CatalogueModel.CAPABILITIES.contains(capability)) {
                throw Failure.of(FailureCode.CHAT_BAD_REQUEST, "Invalid capability: " + capability);
            }
        }
        return wish;
    }

    /** Step: leaves the models that the query names by {@code model_ids}. */
    void compareModels(Exchange exchange) {
        var asked = Optional.ofNullable(
                        DescribeModels.parameters(exchange, "query").get("model_ids"))
                .orElseThrow(() -> Failure.invalid(
                        FailureCode.CHAT_INVALID_REQUEST,
                        List.of(new Issue("missing", List.of("query", "model_ids"), "Field required"))));
        var names = Arrays.stream(asked.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        if (names.size() < COMPARED_MIN) {
            throw Failure.of(FailureCode.CHAT_BAD_REQUEST, "At least 2 models required for comparison");
        }
        if (names.size() > COMPARED_MAX) {
            throw Failure.of(FailureCode.CHAT_BAD_REQUEST, "At most 10 models can be compared");
        }
        var found = new ArrayList<CatalogueModel>();
        names.forEach(name -> offer.find(name)
                .map(ModelCatalogue.Found::entry)
                .filter(model -> !model.family() && !found.contains(model))
                .ifPresent(found::add));
        if (found.isEmpty()) {
            throw Failure.of(FailureCode.CHAT_BAD_REQUEST, "No valid models found for comparison");
        }
        var models = JsonNodeFactory.instance.arrayNode();
        found.forEach(model -> models.add(describe.describe(model)));
        var document = JsonNodeFactory.instance.objectNode();
        document.set("models", models);
        document.putObject("best_for")
                .put("speed", least(found, select::latency))
                .put("quality", least(found, model -> -model.quality()))
                .put(
                        "cost",
                        least(
                                found,
                                model -> model.price()
                                        .input()
                                        .add(model.price().output())
                                        .doubleValue()))
                .put(
                        "overall",
                        least(
                                found,
                                model -> -select.score(
                                        model, SelectionTable.DEFAULT_PRIORITY, SelectionTable.DEFAULT_CONTEXT)));
        exchange.getMessage().setBody(document);
    }

    /** Id of the model with the least value; of equals the first. */
    private static String least(List<CatalogueModel> models, ToDoubleFunction<CatalogueModel> value) {
        return models.stream()
                .min(Comparator.comparingDouble(value))
                .orElseThrow()
                .id();
    }
}
