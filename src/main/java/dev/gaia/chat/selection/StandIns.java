package dev.gaia.chat.selection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.attempt.Candidate;
import dev.gaia.chat.attempt.Candidate.Prefill;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.attempt.ModelSettings;
import dev.gaia.chat.catalogue.CatalogueModel;
import dev.gaia.chat.catalogue.CatalogueProvider;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.ModelLimits;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.chat.catalogue.TokenEstimate;
import dev.gaia.mapping.MappingFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Which models may answer a call in the place of the chosen one: the fallbacks that the catalogue names for it; where it
 * names none that can be called, the default models of the other providers in their order of preference. Models that
 * cannot do what the call asks for are left out.
 */
final class StandIns {

    private final ModelOffer offer;
    private final Map<String, Traits> traits = new HashMap<>();
    /** By the key of the model that was chosen. */
    private final Map<String, List<StandIn>> named = new HashMap<>();
    /** By the provider of that model, whose own model is none of them. */
    private final Map<String, List<StandIn>> defaults = new HashMap<>();

    /** A model that can be asked in the place of another. */
    private record StandIn(CatalogueModel entry, Candidate candidate) {}

    /** How long a call is, looked at no closer than the windows of models ask for. */
    private static final class CallSize {

        private final JsonNode call;
        private long atMost = -1;
        private long tokens = -1;

        CallSize(JsonNode call) {
            this.call = call;
        }

        boolean below(int window) {
            if (atMost < 0) {
                atMost = TokenEstimate.ofCallAtMost(call);
            }
            if (atMost >= window && tokens < 0) {
                tokens = TokenEstimate.ofCall(call);
            }
            return atMost < window || tokens < window;
        }
    }

    /**
     * Those of an offer.
     *
     * @param settings by which a model with limits of its own is asked
     * @throws MappingFault when the limits of a model cannot be used
     */
    StandIns(ModelOffer offer, Function<ModelLimits, ModelSettings> settings) {
        this.offer = offer;
        var catalogue = offer.catalogue();
        catalogue.models().forEach(model -> traits.put(model.key(), traits(model, catalogue, own(model, settings))));
        catalogue.models().forEach(model -> named.put(model.key(), found(model.fallbacks())));
        catalogue.providers().forEach(provider -> defaults.put(provider.name(), defaultsBeside(provider)));
    }

    /** What is known of a model of the catalogue. */
    Traits traits(CatalogueModel model) {
        return traits.get(model.key());
    }

    /**
     * Those that can do what a call asks for, in order.
     *
     * @param chosen as the catalogue has it; empty for a model that it does not know
     * @param provider of the chosen model
     * @param call in the neutral form
     */
    List<Candidate> of(Optional<CatalogueModel> chosen, String provider, JsonNode call) {
        var size = new CallSize(call);
        var able = able(chosen.map(model -> named.get(model.key())).orElse(List.of()), call, size);
        return able.isEmpty() ? able(defaults.getOrDefault(provider, List.of()), call, size) : able;
    }

    private static List<Candidate> able(List<StandIn> others, JsonNode call, CallSize size) {
        var able = new ArrayList<Candidate>(others.size());
        for (var other : others) {
            if (able(other.entry(), call, size)) {
                able.add(other.candidate());
            }
        }
        return able;
    }

    /** Those of these models that can be asked. */
    private List<StandIn> found(List<String> names) {
        return names.stream()
                .flatMap(name -> offer.find(name).stream())
                .map(this::standIn)
                .toList();
    }

    private List<StandIn> defaultsBeside(CatalogueProvider provider) {
        return found(offer.providers().stream()
                .filter(other -> !other.name().equals(provider.name()))
                .map(CatalogueProvider::defaultModel)
                .toList());
    }

    private static Optional<ModelSettings> own(CatalogueModel model, Function<ModelLimits, ModelSettings> settings) {
        try {
            return Optional.of(model.limits())
                    .filter(limits -> !limits.settings().isEmpty())
                    .map(settings);
        } catch (IllegalArgumentException e) {
            throw new MappingFault(
                    "the limits of the model " + model.key() + " in the catalogue cannot be used: " + e.getMessage());
        }
    }

    private static Traits traits(CatalogueModel model, ModelCatalogue catalogue, Optional<ModelSettings> own) {
        boolean streams = model.capabilities().contains("streaming");
        boolean collects = model.collectStreams()
                .orElseGet(() -> catalogue
                        .provider(model.provider())
                        .filter(CatalogueProvider::collectStreams)
                        .isPresent());
        return new Traits(
                model.context() > 0 ? OptionalLong.of(model.context()) : OptionalLong.empty(),
                model.reasoning().orElse(false),
                streams && collects,
                switch (model.prefill()) {
                    case NATIVE -> Prefill.NATIVE;
                    case FLAG ->
                        switch (model.prefillFlag()) {
                            case CONTINUE -> Prefill.FLAG;
                            case PREFIX -> Prefill.PREFIX;
                        };
                    case NONE, UNKNOWN -> Prefill.NONE;
                },
                own,
                Optional.of(model.price()).filter(price -> price.output().signum() > 0));
    }

    private StandIn standIn(ModelCatalogue.Found found) {
        var provider = offer.provider(found.provider()).orElseThrow();
        var entry = found.entry();
        return new StandIn(
                entry,
                new Candidate(
                        provider.name(),
                        provider.route(),
                        found.model(),
                        provider.simulated(),
                        traits.get(entry.key())));
    }

    /** What is not known of a model does not leave it out; of a family that is what its models can do. */
    private static boolean able(CatalogueModel model, JsonNode call, CallSize size) {
        boolean fits = model.context() <= 0 || size.below(model.context());
        boolean formed = model.structuredOutput().orElse(true) || !wantsForm(call);
        return fits && formed && (model.family() || hasWhatIsAsked(model, call));
    }

    private static boolean hasWhatIsAsked(CatalogueModel model, JsonNode call) {
        boolean tools = call.path("tools").isEmpty() || model.capabilities().contains("tool_calling");
        return tools && (model.capabilities().contains("vision") || !shows(call));
    }

    private static boolean wantsForm(JsonNode call) {
        return !"text".equals(call.at("/response_format/type").asText("text"))
                || call.at("/anthropic/output_config/format").isObject();
    }

    private static boolean shows(JsonNode call) {
        for (var entry : call.path("messages")) {
            for (var part : entry.path("content")) {
                if ("image_url".equals(part.path("type").asText())) {
                    return true;
                }
            }
        }
        return false;
    }
}
