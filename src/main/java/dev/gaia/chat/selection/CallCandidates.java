package dev.gaia.chat.selection;

import static dev.gaia.chat.turn.ChatVariables.CALL;
import static dev.gaia.chat.turn.ChatVariables.MODEL;
import static dev.gaia.chat.turn.ChatVariables.PROVIDER;
import static dev.gaia.chat.turn.ChatVariables.PROVIDER_ROUTE;
import static dev.gaia.chat.turn.ChatVariables.REQUEST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.CallSource;
import dev.gaia.chat.attempt.Candidate;
import dev.gaia.chat.attempt.Candidate.Prefill;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.attempt.ModelCall;
import dev.gaia.chat.attempt.ModelSettings;
import dev.gaia.chat.catalogue.CatalogueModel;
import dev.gaia.chat.catalogue.CatalogueProvider;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.ModelLimits;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.chat.catalogue.TokenCounter;
import dev.gaia.chat.catalogue.TokenEstimate;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.link.GaiaHeaders;
import dev.gaia.mapping.MappingFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.camel.Exchange;

/**
 * Who may answer a call: the chosen model, then, when the caller allows it, the fallbacks that the catalogue names for
 * it; where it names none that can be called, the default models of the other providers in their order of preference.
 * Models that cannot do what the call asks for are left out.
 */
final class CallCandidates implements CallSource {

    private static final String MAX_TOKENS = "max_tokens";
    /** Field of the call: the number that the caller wanted, while the model that is asked can say less. */
    private static final String WANTED_TOKENS = "max_tokens_wanted";
    /** Field of the call: true while another model than the chosen one is asked. */
    private static final String STANDS_IN = "stands_in";

    private final ModelOffer offer;
    private final TokenCounter counter;
    private final Map<String, Traits> traits = new HashMap<>();
    /** By the key of the model that was chosen. */
    private final Map<String, List<StandIn>> standIns = new HashMap<>();
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

    /** @param settings by which a model with limits of its own is asked */
    CallCandidates(ModelOffer offer, TokenCounter counter, Function<ModelLimits, ModelSettings> settings) {
        this.offer = offer;
        this.counter = counter;
        offer.catalogue()
                .models()
                .forEach(model -> traits.put(model.key(), traits(model, offer.catalogue(), own(model, settings))));
        offer.catalogue().models().forEach(model -> standIns.put(model.key(), found(model.fallbacks())));
        offer.catalogue().providers().forEach(provider -> defaults.put(provider.name(), defaultsBeside(provider)));
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

    @Override
    public List<Candidate> candidates(Exchange exchange) {
        var provider = exchange.getVariable(PROVIDER, String.class);
        var model = exchange.getVariable(MODEL, String.class);
        var chosen =
                offer.catalogue().find(model).filter(found -> found.provider().equals(provider));
        var candidates = new ArrayList<Candidate>(3);
        candidates.add(new Candidate(
                provider,
                exchange.getVariable(PROVIDER_ROUTE, String.class),
                model,
                ChatTurn.of(exchange).path("simulated").asBoolean(),
                chosen.map(found -> traits.get(found.entry().key())).orElse(Traits.UNKNOWN)));
        if (ChatVariables.object(exchange, REQUEST).path("enable_fallback").asBoolean(true)) {
            var call = call(exchange);
            var size = new CallSize(call);
            chosen.ifPresent(found -> add(candidates, standIns.get(found.entry().key()), call, size));
            if (candidates.size() == 1) {
                add(candidates, defaults.getOrDefault(provider, List.of()), call, size);
            }
        }
        return candidates;
    }

    private static void add(List<Candidate> candidates, List<StandIn> others, JsonNode call, CallSize size) {
        for (var other : others) {
            if (able(other.entry(), call, size)) {
                candidates.add(other.candidate());
            }
        }
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

    @Override
    public void choose(Exchange exchange, Candidate candidate, boolean fallback, Optional<ProviderFailure> reason) {
        var turn = ChatTurn.of(exchange);
        boolean chosen = candidate.model().equals(exchange.getVariable(MODEL))
                && candidate.provider().equals(exchange.getVariable(PROVIDER))
                && candidate.model().equals(turn.path("model").textValue())
                && candidate.provider().equals(turn.path("provider").textValue());
        if (!chosen) {
            move(exchange, candidate, turn, reason.filter(failure -> fallback));
        }
        turn.put("fallback_used", fallback);
        var call = call(exchange).put("model", candidate.model());
        fit(call, candidate.model());
        if (fallback) {
            call.put(STANDS_IN, true);
        } else {
            call.remove(STANDS_IN);
        }
    }

    private void move(Exchange exchange, Candidate candidate, ObjectNode turn, Optional<ProviderFailure> reason) {
        var before = turn.path("provider").asText();
        var reasoning = turn.path("reasoning").asText();
        ChooseModel.choose(
                exchange,
                offer.provider(candidate.provider()).orElseThrow(),
                candidate.model(),
                reason.map(failure -> reasoning + ". The provider " + before + " failed" + ": "
                                + failure.kind().sentence())
                        .orElse(reasoning));
    }

    /** Each model is asked for as much as is wanted, or as it can say: what another one can does not bind it. */
    private void fit(ObjectNode call, String model) {
        int most = offer.catalogue()
                .find(model)
                .map(found -> found.entry().maxOutput())
                .orElse(0);
        var wanted = call.has(WANTED_TOKENS) ? call.get(WANTED_TOKENS) : call.path(MAX_TOKENS);
        if (most > 0 && wanted.asLong() > most) {
            call.set(WANTED_TOKENS, wanted);
            call.put(MAX_TOKENS, most);
        } else if (call.has(WANTED_TOKENS)) {
            call.set(MAX_TOKENS, call.remove(WANTED_TOKENS));
        }
    }

    @Override
    public ObjectNode call(Exchange exchange) {
        return ChatVariables.object(exchange, CALL);
    }

    @Override
    public ModelCall.Caller caller(Exchange exchange) {
        var message = exchange.getMessage();
        var turn = ChatTurn.of(exchange);
        return new ModelCall.Caller(
                turn.path("request_id").asText(message.getHeader(GaiaHeaders.REQUEST_ID, "", String.class)),
                turn.path("user_id").asText(""));
    }

    @Override
    public long tokens(Candidate candidate, String text) {
        return counter.of(candidate.model(), text);
    }

    @Override
    public long promptTokens(Candidate candidate, JsonNode call) {
        return counter.ofCall(candidate.model(), call);
    }

    @Override
    public boolean thinkingShown(Exchange exchange) {
        return ChatTurn.showsThoughts(exchange);
    }
}
