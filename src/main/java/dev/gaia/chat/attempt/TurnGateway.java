package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.turn.ChatTurn;
import java.util.ArrayList;
import java.util.List;

/**
 * What is told of a turn's calls of models, as the object {@code gateway} of answers has it (failures 7). A turn in which
 * tools run calls a model once for each round: attempts, resumptions and skipped events of all of them are added up, what
 * was true of one is true of the turn, and the model named is the one that wrote last. What each model used is noted in
 * the turn. Its calls follow each other; used by one thread at a time.
 */
final class TurnGateway {

    private final ObjectNode object = JsonNodeFactory.instance.objectNode();
    private final ArrayNode parts = JsonNodeFactory.instance.arrayNode();
    private final List<ProviderFailure> failures = new ArrayList<>();
    private final ObjectNode turn;
    private int attemptsBefore;
    private boolean spoke;

    /**
     * Of a turn of which nothing is told yet.
     *
     * @param requested who is named as long as nobody has answered
     * @param turn as in {@link ChatTurn}
     */
    TurnGateway(Candidate requested, ObjectNode turn) {
        this.turn = turn;
        ChatTurn.usedNothing(turn);
        name(requested);
        object.put("attempts", 0)
                .put("fallback_used", false)
                .put("resumed", false)
                .put("truncated", false);
    }

    /** The object itself, which changes as the turn goes on. */
    ObjectNode object() {
        return object;
    }

    /** One more call of a model begins. */
    void beginCall() {
        attemptsBefore = object.path("attempts").asInt();
    }

    /** @param ofCall attempts that the call under way has made */
    void attempts(int ofCall) {
        object.put("attempts", attemptsBefore + ofCall);
    }

    /** Names the one whose words the client reads. */
    void answeredBy(Candidate candidate, boolean fallback) {
        name(candidate);
        if (fallback) {
            object.put("fallback_used", true);
        }
    }

    private void name(Candidate candidate) {
        object.put("provider", candidate.provider()).put("model", candidate.model());
    }

    /** Events were left out. */
    void skipped(int events) {
        if (events > 0) {
            object.put("skipped_events", object.path("skipped_events").asInt() + events);
        }
    }

    /** Another model went on with an answer; from here it is told who wrote what. */
    void resumed() {
        object.put("resumed", true).put("resumes", object.path("resumes").asInt() + 1);
        object.set("served", parts);
    }

    /** An attempt failed before it gave any answer. */
    void failed(ProviderFailure failure) {
        failures.add(failure);
    }

    /** Those of all calls, in order. */
    List<ProviderFailure> failures() {
        return List.copyOf(failures);
    }

    /** A model is paid for this much. */
    void billed(Candidate candidate, JsonNode usage) {
        ChatTurn.used(turn, candidate.model(), usage);
    }

    /** A count of tokens is our own. */
    void estimated() {
        object.put("usage_estimated", true);
    }

    /** The client has some of an answer, which is paid for however it ends. */
    void delivered() {
        ChatTurn.delivered(turn);
    }

    /** A model ended what it wrote of a stream, of which the client has some; {@code text} when it has any text. */
    void wrote(Candidate writer, JsonNode usage, boolean text) {
        billed(writer, usage);
        parts.addObject()
                .put("provider", writer.provider())
                .put("model", writer.model())
                .put("completion_tokens", Usage.output(usage));
        spoke |= text;
    }

    /** No more comes, and it is not whole; true when the client has part of an answer. */
    boolean brokeOff(boolean ofCall) {
        boolean truncated = ofCall || spoke;
        object.put("truncated", truncated);
        return truncated;
    }
}
