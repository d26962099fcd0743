package dev.gaia.chat.selection;

import static dev.gaia.chat.turn.ChatVariables.ASKED_MODEL;
import static dev.gaia.chat.turn.ChatVariables.ASKED_PROVIDER;
import static dev.gaia.chat.turn.ChatVariables.CALL;
import static dev.gaia.chat.turn.ChatVariables.MODEL;
import static dev.gaia.chat.turn.ChatVariables.MODEL_UNKNOWN;
import static dev.gaia.chat.turn.ChatVariables.PREFERRED_MODEL;
import static dev.gaia.chat.turn.ChatVariables.PREFERRED_PRIORITY;
import static dev.gaia.chat.turn.ChatVariables.PROVIDER;
import static dev.gaia.chat.turn.ChatVariables.PROVIDER_ROUTE;
import static dev.gaia.chat.turn.ChatVariables.REQUEST;

import dev.gaia.chat.catalogue.CatalogueProvider;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * The steps by which a route chooses model and provider. Each leaves its choice in {@code providerRoute}, the call's
 * {@code model}, and the turn, or leaves everything as it was.
 */
public final class ChooseModel {

    private final ModelCatalogue catalogue;
    private final ChatSettings settings;
    private final List<CatalogueProvider> available;
    private final SelectModel select;

    ChooseModel(ModelOffer offer, ChatSettings settings, SelectModel select) {
        this.catalogue = offer.catalogue();
        this.settings = settings;
        this.available = offer.providers();
        this.select = select;
    }

    /** Takes the model that scores best, when the caller leaves the choice to the platform. */
    public void takeSelectedModel(Exchange exchange) {
        exchange.setVariable(MODEL_UNKNOWN, true);
        var selection = ChatVariables.object(exchange, REQUEST).path("selection");
        if (!selection.isObject()) {
            return;
        }
        List<String> capabilities = new ArrayList<>();
        selection.path("capabilities").forEach(capability -> capabilities.add(capability.asText()));
        var chosen = select.select(new SelectModel.Wish(
                ChatVariables.object(exchange, REQUEST).path("message").asText(""),
                selection.path("activity").asText(""),
                ChatVariables.text(exchange, ASKED_PROVIDER),
                Optional.ofNullable(selection.path("priority").textValue())
                        .or(() -> ChatVariables.text(exchange, PREFERRED_PRIORITY)),
                Optional.ofNullable(selection.path("context").textValue()),
                selection.path("max_response_time_ms").isInt()
                        ? Optional.of(selection.path("max_response_time_ms").asInt())
                        : Optional.empty(),
                capabilities));
        chosen.best().stream()
                .findFirst()
                .flatMap(best -> callable(best.model().provider())
                        .map(provider -> new Chosen(provider, best.model().id())))
                .ifPresent(best -> choose(exchange, best.provider(), best.model(), chosen.reasoning()));
    }

    private record Chosen(CatalogueProvider provider, String model) {}

    /** Takes the model the caller named, when the catalogue has it and its provider can be called. */
    public void takeNamedModel(Exchange exchange) {
        exchange.setVariable(MODEL_UNKNOWN, true);
        var asked = ChatVariables.text(exchange, ASKED_MODEL);
        asked.flatMap(this::find).ifPresent(named -> {
            var reasoning = named.model().equals(asked.get())
                    ? "Explicit model selection: " + named.model()
                    : "Model selection: " + asked.get() + " is served by " + named.model();
            choose(exchange, named.provider(), named.model(), reasoning);
        });
    }

    /** Takes the first model of the provider the caller named, when that can be called. */
    public void takeNamedProvider(Exchange exchange) {
        ChatVariables.text(exchange, ASKED_PROVIDER)
                .flatMap(this::callable)
                .ifPresent(provider -> choose(
                        exchange,
                        provider,
                        provider.defaultModel(),
                        "Explicit provider selection: " + provider.name()));
    }

    /** Takes the model the caller prefers, when the catalogue has it and its provider can be called. */
    public void takePreferredModel(Exchange exchange) {
        exchange.setVariable(MODEL_UNKNOWN, true);
        ChatVariables.text(exchange, PREFERRED_MODEL)
                .flatMap(this::find)
                .ifPresent(preferred -> choose(
                        exchange,
                        preferred.provider(),
                        preferred.model(),
                        missed(exchange) + "Preferred model: " + preferred.model()));
    }

    /** Takes the default model, or the first provider's own when that of the default cannot be called. */
    public void takeDefaultModel(Exchange exchange) {
        var missed = missed(exchange);
        var wanted = find(settings.defaultModel());
        if (wanted.isPresent()) {
            choose(exchange, wanted.get().provider(), wanted.get().model(), missed + "Default model");
            return;
        }
        defaultProvider()
                .ifPresent(provider -> choose(
                        exchange, provider, provider.defaultModel(), missed + "Default model of " + provider.name()));
    }

    /** The model that answers when nobody wants another; that of the settings when none can be called. */
    String defaultModel() {
        return find(settings.defaultModel())
                .map(Chosen::model)
                .or(() -> defaultProvider().map(CatalogueProvider::defaultModel))
                .orElseGet(settings::defaultModel);
    }

    private Optional<CatalogueProvider> defaultProvider() {
        return settings.defaultProvider()
                .flatMap(this::callable)
                .or(() -> available.stream().findFirst());
    }

    /** A model that can be called, under whatever name. */
    private Optional<Chosen> find(String name) {
        return catalogue
                .find(name)
                .flatMap(found -> callable(found.provider()).map(provider -> new Chosen(provider, found.model())));
    }

    private static String missed(Exchange exchange) {
        var model = ChatVariables.text(exchange, ASKED_MODEL).map(name -> "The model " + cut(name));
        var provider = ChatVariables.text(exchange, ASKED_PROVIDER).map(name -> "The provider " + cut(name));
        return model.or(() -> provider)
                .map(what -> what + " is not available. ")
                .orElse("");
    }

    private static String cut(String name) {
        return name.length() > 100 ? name.substring(0, 100) + "…" : name;
    }

    /** Refuses the request when no provider was chosen, since there is none. */
    public void requireProvider(Exchange exchange) {
        if (ChatVariables.text(exchange, PROVIDER_ROUTE).isEmpty()) {
            throw Failure.of(
                    FailureCode.CHAT_NO_PROVIDER,
                    "No model provider is configured: set OPENAI_API_KEY or ANTHROPIC_API_KEY");
        }
    }

    private Optional<CatalogueProvider> callable(String name) {
        return available.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst();
    }

    /** Leaves a choice where the route, the call and the turn have it. */
    static void choose(Exchange exchange, CatalogueProvider provider, String model, String reasoning) {
        exchange.setVariable(MODEL_UNKNOWN, false);
        exchange.setVariable(PROVIDER_ROUTE, provider.route());
        exchange.setVariable(PROVIDER, provider.name());
        exchange.setVariable(MODEL, model);
        ChatVariables.object(exchange, CALL).put("model", model);
        ChatTurn.of(exchange)
                .put("provider", provider.name())
                .put("model", model)
                .put("reasoning", reasoning)
                .put("simulated", provider.simulated());
    }
}
