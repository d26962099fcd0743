package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** How an answer ended: the first finish reason of whoever wrote its end, or one of ours. */
final class Ending {

    /** The field that holds the reason. */
    static final String REASON = "finish_reason";

    /** The reason of a model that decided against an answer. */
    static final String FILTERED = "content_filter";

    private static final String STOP_SEQUENCE = "stop_sequence";

    private final ObjectNode event;

    private Ending(ObjectNode event) {
        this.event = event;
    }

    /** As the model says in its last event. */
    static Ending of(JsonNode event) {
        var kept = (ObjectNode) event.deepCopy();
        return new Ending(kept.retain(List.of(REASON, STOP_SEQUENCE)));
    }

    /** Before the model ended it. */
    static Ending of(String reason, Optional<String> stopSequence) {
        var event = JsonNodeFactory.instance.objectNode().put(REASON, reason);
        stopSequence.ifPresent(stop -> event.put(STOP_SEQUENCE, stop));
        return new Ending(event);
    }

    /** The same, since whoever was to go on with the answer refused to. */
    Ending filtered() {
        event.put(REASON, FILTERED);
        return this;
    }

    String reason() {
        return event.path(REASON).asText();
    }

    /** The last event of a stream: how it ended, what it cost and who wrote it. */
    ObjectNode event(Delivery delivery, ModelCall call) {
        Usage.add(delivery.sum(), call.alsoBilled());
        event.set("usage", delivery.sum());
        if (delivery.estimated() || !call.alsoBilled().isEmpty()) {
            call.turn().estimated();
        }
        // A copy: later calls of the turn go on with the object.
        event.set("gateway", call.turn().object().deepCopy());
        return event.put("end", true);
    }
}
