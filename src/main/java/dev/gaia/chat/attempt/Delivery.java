package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.catalogue.TokenEstimate;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the client of a stream has, who wrote it, and what it cost. A part is what one model wrote. The counts may be
 * read by the thread on which a client leaves.
 */
final class Delivery {

    /** Beyond it a stream is not continued, so that the text need not be kept. */
    static final int KEPT_MAX = 64 * 1024;

    private static final String TOOL_CALLS = "tool_calls";
    private static final String CITATIONS = "citations";
    private static final String REFUSAL = "refusal";
    private static final List<String> DEEDS = List.of(TOOL_CALLS, REFUSAL);
    private static final List<String> THOUGHTS = List.of("reasoning", "reasoning_signature", "redacted_reasoning");
    private static final List<String> OTHERS =
            Stream.of(DEEDS, THOUGHTS, List.of(CITATIONS)).flatMap(List::stream).toList();

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
    /** What the client has not been given of the part: it had it already, or it is not clear yet. */
    private long droppedWeight;

    /** Whether the client was given any of the part but thoughts. */
    private boolean partShown;

    private boolean partOpen = true;
    private boolean estimated;
    private boolean tooLong;
    private boolean toolCalls;
    private boolean reasoning;
    private boolean citations;
    private boolean refusal;

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
        partShown = true;
        count(TokenEstimate.weight(piece));
    }

    /** Text of a continuation of which it is not clear where it joins: paid for, whatever comes of it. */
    void held(String piece) {
        long weight = TokenEstimate.weight(piece);
        droppedWeight += weight;
        count(weight);
    }

    /** What was held back is clear: of it the client had this already; the rest is text. */
    void joined(String repeated) {
        droppedWeight = TokenEstimate.weight(repeated);
        partWeight = 0;
        count(droppedWeight);
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

    /** True when an event holds what the model does beside speaking: it calls a tool, or refuses. */
    static boolean holdsDeed(JsonNode event) {
        return holdsAny(event, DEEDS);
    }

    /** True when an event holds something else than text. */
    static boolean holdsOther(JsonNode event) {
        return isShown(event) || holds(event, CITATIONS);
    }

    /** True when an event holds something else than text that clients read; which sources a text has, none does. */
    static boolean isShown(JsonNode event) {
        return holdsDeed(event) || holdsAny(event, THOUGHTS);
    }

    /** True when an event holds words that say why the model does not answer. */
    static boolean refuses(JsonNode event) {
        return holds(event, REFUSAL);
    }

    /** What an event holds beside text, figures and an ending. */
    static JsonNode others(JsonNode event) {
        boolean more = holds(event, "text") || event.hasNonNull("finish_reason") || event.hasNonNull("usage");
        return more ? ((ObjectNode) event.deepCopy()).retain(OTHERS) : event;
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

    /** The sources of a text, which go to no client. */
    void cited(JsonNode event) {
        citations |= holds(event, CITATIONS);
    }

    /** Something else than text that goes to the client. */
    void other(JsonNode event) {
        cited(event);
        toolCalls |= holds(event, TOOL_CALLS);
        reasoning |= holdsAny(event, THOUGHTS);
        refusal |= refuses(event);
        partShown |= holdsDeed(event);
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

    boolean refusal() {
        return refusal;
    }

    boolean any() {
        return tooLong || !text.isEmpty() || toolCalls || reasoning || refusal;
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
        partShown = false;
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
        if (partShown) {
            turn.wrote(writer, part, tooLong || !text.isEmpty());
        } else {
            turn.billed(writer, part);
        }
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
