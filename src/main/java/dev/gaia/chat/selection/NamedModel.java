package dev.gaia.chat.selection;

import static dev.gaia.chat.turn.ChatVariables.ASKED_MODEL;
import static dev.gaia.chat.turn.ChatVariables.REQUEST;

import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import org.apache.camel.Exchange;

/** The steps by which v0.2 treats a model that nobody knows: as a fallback, which the caller may refuse (semantics 13.2). */
final class NamedModel {

    private static final String REPLACED = "modelReplaced";

    private final ModelCatalogue catalogue;

    NamedModel(ModelCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** Notes whether the model the caller named is unknown. */
    void judgeNamedModel(Exchange exchange) {
        var asked = ChatVariables.text(exchange, ASKED_MODEL);
        boolean unknown = asked.isPresent() && catalogue.find(asked.get()).isEmpty();
        exchange.setVariable(REPLACED, unknown);
        if (unknown
                && !ChatVariables.object(exchange, REQUEST)
                        .path("enable_fallback")
                        .asBoolean()) {
            var name = asked.get();
            throw Failure.of(
                    FailureCode.CHAT_BAD_REQUEST,
                    "No provider found for model: " + (name.length() > 100 ? name.substring(0, 100) + "…" : name));
        }
    }

    /** Says in the turn that another model answered than the unknown one. */
    void markReplacedModel(Exchange exchange) {
        if (exchange.getVariable(REPLACED, false, Boolean.class)) {
            ChatTurn.of(exchange).put("fallback_used", true);
        }
    }
}
