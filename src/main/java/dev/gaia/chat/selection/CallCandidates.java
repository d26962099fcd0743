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
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.attempt.ModelCall;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.chat.catalogue.TokenCounter;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.link.GaiaHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * Who may answer a call: the chosen model, then, when the caller allows it, those that {@link StandIns} has for it.
 */
final class CallCandidates implements CallSource {

    private static final String MAX_TOKENS = "max_tokens";
    /** Field of the call: the number that the caller wanted, while the model that is asked can say less. */
    private static final String WANTED_TOKENS = "max_tokens_wanted";
    /** Field of the call: true while another model than the chosen one is asked. */
    private static final String STANDS_IN = "stands_in";

    private final ModelOffer offer;
    private final TokenCounter counter;
    private final StandIns standIns;

    CallCandidates(ModelOffer offer, TokenCounter counter, StandIns standIns) {
        this.offer = offer;
        this.counter = counter;
        this.standIns = standIns;
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
                chosen.map(found -> standIns.traits(found.entry())).orElse(Traits.UNKNOWN)));
        if (ChatVariables.object(exchange, REQUEST).path("enable_fallback").asBoolean(true)) {
            candidates.addAll(standIns.of(chosen.map(ModelCatalogue.Found::entry), provider, call(exchange)));
        }
        return candidates;
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
