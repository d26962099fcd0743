package dev.gaia.chat.selection;

import dev.gaia.chat.catalogue.CatalogueModel;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.chat.figures.ProviderSums;
import dev.gaia.chat.figures.TurnFigures;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Scores the models that can be asked for one request, best first (semantics 13.2). */
public final class SelectModel {

    private static final double QUALITY_WEIGHT = 0.4;
    private static final double TIME_WEIGHT = 0.3;
    private static final double TIME_MAX_MS = 3_000;
    private static final double PRIORITY_WEIGHT = 0.5;
    private static final double VR_MAX_MS = 700;
    /** USD for one input token that counts as dear. */
    private static final double DEAR_INPUT = 0.00006;

    private static final double MILLION = 1_000_000;
    private static final String PREFERRED_PROVIDER = "claude";

    private final ModelOffer offer;
    private final SelectionTable table;
    private final TurnFigures figures;

    SelectModel(ModelOffer offer, SelectionTable table, TurnFigures figures) {
        this.offer = offer;
        this.table = table;
        this.figures = figures;
    }

    /**
     * What a request says about the model it wants.
     *
     * @param maxResponseTimeMs in place of the context's own
     * @param capabilities beside the context's own
     */
    public record Wish(
            String message,
            String activity,
            Optional<String> provider,
            Optional<String> priority,
            Optional<String> context,
            Optional<Integer> maxResponseTimeMs,
            List<String> capabilities) {}

    /** A model and how well it fits, and the milliseconds it typically takes. */
    public record Scored(CatalogueModel model, double score, int latencyMs) {}

    /**
     * The models for a request.
     *
     * @param best first; empty when nothing can be asked
     * @param widened whether no model met all wishes, so that all were scored
     */
    public record Selection(List<Scored> best, SelectionContext context, String priority, boolean widened) {

        /** 0 to 1. */
        public double confidence() {
            return best.isEmpty() ? 0 : Math.min(1, best.getFirst().score());
        }

        /** Why the best was chosen, for people. */
        public String reasoning() {
            var first = best.getFirst();
            return "Selected %s for a %s request with priority %s: quality %.2f, typically %d ms%s"
                    .formatted(
                            first.model().id(),
                            context.id(),
                            priority,
                            first.model().quality(),
                            first.latencyMs(),
                            widened ? "; no model meets all wishes" : "");
        }
    }

    public Selection select(Wish wish) {
        var context = table.contextOf(wish.context(), wish.activity(), wish.message());
        var priority = wish.priority().orElse(context.priority());
        int limit = wish.maxResponseTimeMs().orElse(context.maxResponseTimeMs());
        var candidates = offer.models().stream()
                .filter(model -> wish.provider().map(model.provider()::equals).orElse(true))
                .filter(model -> model.capabilities().containsAll(context.requiredCapabilities())
                        && model.capabilities().containsAll(wish.capabilities()))
                .filter(model -> latency(model) <= limit && healthy(model.provider()))
                .toList();
        boolean widened = candidates.isEmpty();
        var scored = (widened ? chatModels() : candidates)
                .stream()
                        .map(model -> new Scored(model, score(model, priority, context.id()), latency(model)))
                        .sorted(Comparator.comparingDouble((Scored each) -> -each.score()))
                        .toList();
        return new Selection(scored, context, priority, widened);
    }

    private List<CatalogueModel> chatModels() {
        return offer.models().stream()
                .filter(model -> model.capabilities().contains("chat"))
                .toList();
    }

    /** Milliseconds as this process sees them, else as the catalogue says. */
    public int latency(CatalogueModel model) {
        return figures.latencyMs(model.id()).orElse(model.latencyMs());
    }

    /** False while the provider's last answers failed. */
    public boolean healthy(String provider) {
        return figures.provider(provider).map(ProviderSums::healthy).orElse(true);
    }

    /** How well a model fits, by the weights of semantics 13.2; more is better. */
    public double score(CatalogueModel model, String priority, String context) {
        int latency = latency(model);
        return QUALITY_WEIGHT * model.quality()
                + TIME_WEIGHT * Math.max(0, (TIME_MAX_MS - latency) / TIME_MAX_MS)
                + priorityTerm(model, priority, latency)
                + contextTerm(model, context)
                + (PREFERRED_PROVIDER.equals(model.provider()) ? 0.1 : 0);
    }

    private static double priorityTerm(CatalogueModel model, String priority, int latency) {
        return switch (priority) {
            case "speed" -> PRIORITY_WEIGHT * model.speed();
            case "quality" -> PRIORITY_WEIGHT * model.quality();
            case "cost" ->
                PRIORITY_WEIGHT * Math.max(0, 1 - perToken(model.price().input()) / DEAR_INPUT);
            case "vr" -> (latency < VR_MAX_MS ? 0.5 : 0) + (model.capabilities().contains("streaming") ? 0.2 : 0);
            default -> 0;
        };
    }

    private static double contextTerm(CatalogueModel model, String context) {
        var has = model.capabilities();
        return switch (context) {
            case "technical" -> (has.contains("code_generation") ? 0.2 : 0) + (has.contains("tool_calling") ? 0.2 : 0);
            case "creative" -> has.contains("long_context") ? 0.2 : 0;
            case "multimodal" -> (has.contains("vision") ? 0.5 : 0) + (has.contains("multimodal") ? 0.3 : 0);
            default -> 0;
        };
    }

    private static double perToken(BigDecimal perMillion) {
        return perMillion.doubleValue() / MILLION;
    }
}
