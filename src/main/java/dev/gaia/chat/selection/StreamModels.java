package dev.gaia.chat.selection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.PersonaCache;
import dev.gaia.chat.catalogue.CatalogueModel;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.chat.catalogue.TokenEstimate;
import dev.gaia.chat.figures.ModelCosts;
import dev.gaia.chat.figures.NaiveTime;
import dev.gaia.chat.selection.SelectModel.Scored;
import dev.gaia.chat.selection.SelectModel.Wish;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;

/** The steps about models for streams: which answer soonest, and which one a caller may prefer. */
final class StreamModels {

    private static final Set<String> PRIORITIES = Set.of("speed", "vr", "quality", "cost", "balanced");
    private static final Set<String> TRUE = Set.of("true", "1", "yes", "on");
    private static final int ANSWER_TOKENS = 200;
    private static final int VR_LATENCY_MS = 200;
    /** The first words of a stream come after this share of the time of a whole answer. */
    private static final double FIRST_SHARE = 0.4;

    private final ModelOffer offer;
    private final SelectModel select;
    private final ModelCosts costs;
    private final ChooseModel choose;
    private final Clock clock = Clock.systemUTC();

    StreamModels(ModelOffer offer, SelectModel select, ModelCosts costs, ChooseModel choose) {
        this.offer = offer;
        this.select = select;
        this.costs = costs;
        this.choose = choose;
    }

    /** Step: {@code models}, {@code fastest} and {@code finest}, the same in three orders. */
    void describeStreamModels(Exchange exchange) {
        var models = offer.models();
        var document = JsonNodeFactory.instance.objectNode();
        document.set("models", describe(models));
        document.set("fastest", describe(sorted(models, Comparator.comparingInt(this::firstMs))));
        document.set("finest", describe(sorted(models, Comparator.comparingDouble(model -> -model.quality()))));
        exchange.getMessage().setBody(document);
    }

    /** Step: {@code models} for the message in the query, best first, and what was asked for. */
    void recommendStreamModel(Exchange exchange) {
        var query = DescribeModels.parameters(exchange, "query");
        var message = Optional.ofNullable(query.get("message"))
                .orElseThrow(() -> invalid("missing", "Field required", "message"));
        var limit = whole(query, "max_response_time_ms");
        boolean vr = TRUE.contains(query.getOrDefault("vr_optimized", "false").toLowerCase(Locale.ROOT));
        var asked = query.getOrDefault("priority", "balanced");
        var priority = vr ? "vr" : PRIORITIES.contains(asked) ? asked : "balanced";
        var activity = query.getOrDefault("activity", "generic");
        var selection = select.select(new Wish(
                message, activity, Optional.empty(), Optional.of(priority), Optional.empty(), limit, List.of()));
        if (selection.best().isEmpty() || (limit.isPresent() && selection.widened())) {
            throw Failure.of(FailureCode.CHAT_BAD_REQUEST, "No models meet the specified requirements");
        }
        var best = selection.best().getFirst().model();
        var document = JsonNodeFactory.instance
                .objectNode()
                .put("confidence", Math.round(selection.confidence() * 100) / 100.0)
                .put("reasoning", selection.reasoning())
                .put("estimated_cost", costs.of(best.id(), TokenEstimate.of(message), 0, ANSWER_TOKENS))
                .put("priority", priority)
                .put("vr_optimized", vr)
                .put("max_response_time_ms", limit.orElse(null))
                .put("activity", activity)
                .put("now", NaiveTime.of(clock.instant()));
        document.set(
                "models",
                describe(selection.best().stream().limit(4).map(Scored::model).toList()));
        exchange.getMessage().setBody(document);
    }

    /** Step: {@code models} whose first words come within the limit of the query, soonest first. */
    void recommendVrModel(Exchange exchange) {
        int limit = whole(DescribeModels.parameters(exchange, "query"), "max_latency_ms")
                .orElse(VR_LATENCY_MS);
        var models = sorted(offer.models(), Comparator.comparingInt(this::firstMs)).stream()
                .filter(model -> firstMs(model) <= limit)
                .limit(4)
                .toList();
        if (models.isEmpty()) {
            throw Failure.of(
                    FailureCode.CHAT_BAD_REQUEST, "No VR-optimized models available under " + limit + "ms latency");
        }
        var document = JsonNodeFactory.instance.objectNode().put("now", NaiveTime.of(clock.instant()));
        document.set("models", describe(models));
        exchange.getMessage().setBody(document);
    }

    /** Step: adds the {@code default_model} to the document in the body. */
    void addDefaultPreference(Exchange exchange) {
        exchange.getMessage().getBody(ObjectNode.class).put("default_model", choose.defaultModel());
    }

    /** Step: leaves what the caller prefers for streams in {@code preferredModel} and {@code preferredPriority}. */
    void recallPreference(Exchange exchange) {
        var preference = ChatVariables.object(exchange, ChatVariables.PERSONA).path(PersonaCache.STREAM_PREFERENCE);
        if (preference.isObject()) {
            exchange.setVariable(
                    ChatVariables.PREFERRED_MODEL, preference.path("model").asText());
            exchange.setVariable(
                    ChatVariables.PREFERRED_PRIORITY,
                    preference.path("priority").asText());
        }
    }

    /** Step: leaves what the query prefers in {@code preferredModel}, {@code preferredPriority}, {@code preferredMode}. */
    void readPreferenceChoice(Exchange exchange) {
        var query = DescribeModels.parameters(exchange, "query");
        var model = Optional.ofNullable(query.get("model_id"))
                .orElseThrow(() -> invalid("missing", "Field required", "model_id"));
        if (offer.find(model).isEmpty()) {
            throw Failure.of(FailureCode.CHAT_BAD_REQUEST, "Invalid model ID: " + model);
        }
        exchange.setVariable(ChatVariables.PREFERRED_MODEL, model);
        exchange.setVariable(ChatVariables.PREFERRED_PRIORITY, query.getOrDefault("priority", "balanced"));
        exchange.setVariable(
                "preferredMode",
                TRUE.contains(query.getOrDefault("vr_mode", "false").toLowerCase(Locale.ROOT)));
    }

    private static List<CatalogueModel> sorted(List<CatalogueModel> models, Comparator<CatalogueModel> order) {
        return models.stream().sorted(order).toList();
    }

    private int firstMs(CatalogueModel model) {
        return (int) Math.round(FIRST_SHARE * select.latency(model));
    }

    private ArrayNode describe(List<CatalogueModel> models) {
        var list = JsonNodeFactory.instance.arrayNode();
        models.forEach(model -> list.addObject()
                .put("id", model.id())
                .put("title", model.title())
                .put("provider", model.provider())
                .put("first_ms", firstMs(model))
                .put("quality", model.quality())
                .put("speed", model.speed()));
        return list;
    }

    private static Optional<Integer> whole(Map<String, String> query, String name) {
        var value = query.get(name);
        if (value == null || value.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.parseInt(value.strip()));
        } catch (NumberFormatException e) {
            throw invalid("int_parsing", "Input should be a valid integer", name);
        }
    }

    private static Failure invalid(String type, String message, String parameter) {
        return Failure.invalid(
                FailureCode.CHAT_INVALID_REQUEST, List.of(new Issue(type, List.of("query", parameter), message)));
    }
}
