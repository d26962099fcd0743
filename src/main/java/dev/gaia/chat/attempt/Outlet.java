package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.attempt.Runaway.Verdict;
import dev.gaia.chat.rescue.StopSeam;
import java.util.Optional;
import java.util.Queue;

/**
 * Where content leaves for the client: in whole characters, noted as delivered, and watched lest it goes on for ever. For
 * one thread.
 */
final class Outlet {

    private final Queue<JsonNode> ready;
    private final Delivery delivery;
    private final Runaway runaway;
    private final Halves halves = new Halves();
    private final OtherHalves others = new OtherHalves();
    private StopSeam stops = StopSeam.NONE;

    /** @param ready takes what the client is to have */
    Outlet(Queue<JsonNode> ready, Delivery delivery, Runaway runaway) {
        this.ready = ready;
        this.delivery = delivery;
        this.runaway = runaway;
    }

    /** Hands on the text of an event, as the event itself where that holds nothing else. */
    Verdict text(JsonNode event, String text) {
        if (event.size() == 1 && !stops.watching() && halves.passes(text)) {
            delivery.text(text);
            return hand(event);
        }
        return text(text);
    }

    Verdict text(String text) {
        return emit(halves.offer(stops.offer(text)));
    }

    /** Hands on what was kept back, since no text follows it. */
    Verdict rest() {
        return emit(halves.offer(stops.release()) + halves.release());
    }

    /** Hands on what is no text, after what was kept back of the text before it. */
    Verdict other(JsonNode event) {
        var rest = rest();
        delivery.other(event);
        var whole = others.offer(event);
        return rest == Verdict.FINE && Delivery.isShown(whole) ? hand(whole) : rest;
    }

    /** Forgets what was kept back. */
    void drop() {
        halves.drop();
        others.drop();
        stops = StopSeam.NONE;
    }

    /** Another model goes on: stop sequences that straddle the place are looked for. */
    void join(StopSeam straddling) {
        stops = straddling;
    }

    /** The stop sequence at which the answer ends, where its model could not see it. */
    Optional<String> stop() {
        return stops.met();
    }

    private Verdict emit(String text) {
        if (text.isEmpty()) {
            return Verdict.FINE;
        }
        delivery.text(text);
        return hand(JsonNodeFactory.instance.objectNode().put("text", text));
    }

    private Verdict hand(JsonNode event) {
        ready.add(event);
        return runaway.add(event);
    }
}
