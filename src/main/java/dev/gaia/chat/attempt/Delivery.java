package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.catalogue.TokenEstimate;
import java.util.List;

/**
 * What the client of a stream has, who wrote it, and what it cost. A part is what one model wrote. The counts may be
 * read by the thread on which a client leaves.
 */
final class Delivery {

    /** Beyond it a stream is not continued, so that the text need not be kept. */
    static final int KEPT_MAX = 64 * 1024;

    private static final String TOOL_CALLS = "tool_calls";
    private static final String CITATIONS = "citations";
    private static final List<String> DEEDS = List.of(TOOL_CALLS, CITATIONS, "refusal");
    private static final List<String> THOUGHTS = List.of("reasoning", "reasoning_signature", "redacted_reasoning");

    private final KeptText text = new KeptText();
    private final ObjectNode sum = Usage.none();
    private ObjectNode part = Usage.none();
    private final TokenCounts counts;
    private final TurnGateway turn;
    private Candidate writer;
    /** Where the part of this writer begins in the text. */
    private int partFrom;

    /** An estimate, at hand at any moment. */
    private volatile long partTokens;

    private long partWeight;
    private long droppedWeight;
    private boolean partOpen = true;
    private boolean estimated;
    private boolean tooLong;
    private boolean toolCalls;
    private boolean reasoning;
    private boolean citations;

    Delivery(Candidate writer, TokenCounts counts, TurnGateway turn) {
        this.writer = writer;
        this.counts = counts;
        this.turn = turn;
    }

    /** Text that goes to the client. */
    void text(String piece) {
        if (!tooLong) {
            text.append(piece);
            tooLong = text.length() > KEPT_MAX;
            if (tooLong) {
                // Many long answers at a time would hold it for nothing.
                text.clear();
            }
        }
        count(TokenEstimate.weight(piece));
    }

    /** Text of the continuation that the client had already: paid for, not shown. */
    void dropped(String repeated) {
        long weight = TokenEstimate.weight(repeated);
        droppedWeight += weight;
        count(weight);
    }

    private void count(long weight) {
        partWeight += weight;
        partTokens = TokenEstimate.ofWeight(partWeight);
    }

    /** What was said; empty when that is too long to be continued. */
    String text() {
        return text.toString();
    }

    boolean tooLong() {
        return tooLong;
    }

    /** True when an event holds what the model thought, and nothing that it does. */
    static boolean isThought(JsonNode event) {
        return holdsAny(event, THOUGHTS) && !holdsAny(event, DEEDS);
    }

    /** True when an event holds something else than text. */
    static boolean holdsOther(JsonNode event) {
        return holdsAny(event, DEEDS) || holdsAny(event, THOUGHTS);
    }

    /** True when an event holds a piece of a tool call, or ends an answer that calls tools. */
    static boolean callsTools(JsonNode event) {
        return event.hasNonNull(TOOL_CALLS)
                || TOOL_CALLS.equals(event.path("finish_reason").textValue());
    }

    private static boolean holdsAny(JsonNode event, List<String> names) {
        for (var name : names) {
            if (holds(event, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(JsonNode event, String name) {
        return event.hasNonNull(name)
                && !(event.get(name).isTextual() && event.get(name).textValue().isEmpty());
    }

    /** Something else than text that goes to the client. */
    void other(JsonNode event) {
        toolCalls |= holds(event, TOOL_CALLS);
        citations |= holds(event, CITATIONS);
        reasoning |= holdsAny(event, THOUGHTS);
    }

    boolean toolCalls() {
        return toolCalls;
    }

    boolean reasoning() {
        return reasoning;
    }

    boolean citations() {
        return citations;
    }

    boolean any() {
        return tooLong || !text.isEmpty() || toolCalls || reasoning;
    }

    synchronized void usage(JsonNode counts) {
        if (counts.isObject()) {
            Usage.merge(part, counts);
        }
    }

    /**
     * Closes the part of one model.
     *
     * @param whole whether the provider said all it had to say, so that its counts are right
     * @return whether any count is our own
     */
    synchronized boolean endPart(JsonNode call, boolean whole) {
        if (!partOpen) {
            return estimated;
        }
        partOpen = false;
        boolean counted = whole && Usage.complete(part);
        if (!counted) {
            long input = counts.promptTokens(writer, call);
            long output = tooLong
                    ? partTokens
                    : counts.tokens(writer, text().substring(partFrom)) + TokenEstimate.ofWeight(droppedWeight);
            if (!whole) {
                part.put("output_tokens", Math.max(Usage.output(part), output));
            }
            Usage.estimate(part, input, output);
            estimated = true;
        }
        closePart();
        return !counted;
    }

    synchronized void beginPart(Candidate next) {
        writer = next;
        partFrom = text.length();
        part = Usage.none();
        partWeight = 0;
        droppedWeight = 0;
        partTokens = 0;
        partOpen = true;
    }

    /** The counts of the part that was closed last, or is open. */
    JsonNode part() {
        return part;
    }

    /**
     * Closes the part of a model whose reader left, and gives its counts: empty when that model has said nothing. For any
     * thread, so that what is not told is estimated at once.
     */
    synchronized JsonNode leave(JsonNode call) {
        if (!partOpen) {
            return Usage.none();
        }
        partOpen = false;
        part.put("output_tokens", Math.max(Usage.output(part), partTokens));
        Usage.estimate(part, TokenEstimate.ofCall(call), partTokens);
        closePart();
        return part;
    }

    private void closePart() {
        Usage.add(sum, part);
        turn.wrote(writer, part, tooLong || !text.isEmpty());
        if (any()) {
            turn.delivered();
        }
    }

    /** The counts of all parts. */
    ObjectNode sum() {
        return sum;
    }

    boolean estimated() {
        return estimated;
    }
}
