package dev.gaia.chat;

import static dev.gaia.chat.ChatVariables.CALL;
import static dev.gaia.chat.ChatVariables.MODEL;
import static dev.gaia.chat.ChatVariables.PROVIDER;
import static dev.gaia.chat.ChatVariables.PROVIDER_ROUTE;
import static dev.gaia.chat.ChatVariables.REQUEST;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.CallSource;
import dev.gaia.chat.attempt.Candidate;
import dev.gaia.chat.attempt.ModelCall;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.link.GaiaHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * Who may answer a call: the chosen model, then, when the caller allows it, the default models of the other providers
 * in their order of preference.
 */
final class CallCandidates implements CallSource {

    private final List<CatalogueProvider> available;

    /** @param available the providers that can be called, in order of preference */
    CallCandidates(List<CatalogueProvider> available) {
        this.available = List.copyOf(available);
    }

    @Override
    public List<Candidate> candidates(Exchange exchange) {
        var candidates = new ArrayList<Candidate>(available.size());
        var provider = exchange.getVariable(PROVIDER, String.class);
        boolean simulated = ChatTurn.of(exchange).path("simulated").asBoolean();
        candidates.add(new Candidate(
                provider,
                exchange.getVariable(PROVIDER_ROUTE, String.class),
                exchange.getVariable(MODEL, String.class),
                simulated,
                Candidate.Traits.UNKNOWN));
        if (ChatVariables.object(exchange, REQUEST).path("enable_fallback").asBoolean(true)) {
            available.stream()
                    .filter(other -> !other.name().equals(provider))
                    .map(other -> new Candidate(
                            other.name(),
                            other.route(),
                            other.defaultModel(),
                            other.simulated(),
                            Candidate.Traits.UNKNOWN))
                    .forEach(candidates::add);
        }
        return candidates;
    }

    @Override
    public void choose(Exchange exchange, Candidate candidate, boolean fallback, Optional<ProviderFailure> reason) {
        var turn = ChatTurn.of(exchange);
        var before = turn.path("provider").asText();
        var reasoning = turn.path("reasoning").asText();
        boolean moved = fallback && !candidate.provider().equals(before);
        var provider = available.stream()
                .filter(known -> known.name().equals(candidate.provider()))
                .findFirst()
                .orElseThrow();
        ChooseModel.choose(
                exchange,
                provider,
                candidate.model(),
                moved
                        ? reasoning + ". The provider " + before + " failed"
                                + reason.map(why -> ": " + why.kind().sentence())
                                        .orElse("")
                        : reasoning);
        turn.put("fallback_used", fallback);
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
    public boolean thinkingShown(Exchange exchange) {
        return false;
    }
}
