package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far the rounds of one turn have come, within the bounds of the settings. Rounds of a turn follow each other; only
 * the runs are touched by several threads.
 */
final class ToolRounds {

    private final ToolSettings settings;
    private final long endNanos;
    private final List<ObjectNode> runs = new ArrayList<>();
    private Optional<ObjectNode> usage = Optional.empty();
    private int rounds;
    private long bytes;

    ToolRounds(ToolSettings settings) {
        this.settings = settings;
        this.endNanos = System.nanoTime() + settings.timeout().toNanos();
    }

    void begin() {
        rounds++;
    }

    /** Whether tools may run once more. */
    boolean mayGoOn() {
        return rounds < settings.roundsMax() && bytes < settings.turnMaxBytes() && System.nanoTime() - endNanos < 0;
    }

    /** Until the tools of this turn must be done; a moment when that is past. */
    Duration left() {
        return Duration.ofNanos(Math.max(1, endNanos - System.nanoTime()));
    }

    void addResult(int size) {
        bytes += size;
    }

    void addUsage(JsonNode more) {
        usage = usageWith(more);
    }

    /** The counts of all rounds so far and of the one under way: each of them is paid for. */
    JsonNode total(JsonNode current) {
        return usageWith(current).map(JsonNode.class::cast).orElse(NullNode.getInstance());
    }

    private Optional<ObjectNode> usageWith(JsonNode more) {
        if (!more.isObject()) {
            return usage;
        }
        var sum = usage.map(ObjectNode::deepCopy).orElseGet(JsonNodeFactory.instance::objectNode);
        more.properties().forEach(count -> {
            if (count.getValue().isNumber()) {
                var name = count.getKey();
                sum.put(name, sum.path(name).asLong() + count.getValue().asLong());
            }
        });
        return Optional.of(sum);
    }

    /** Notes a tool that ran, {@code {"tool","input"}} with {@code result} or {@code error}. */
    synchronized void ran(ObjectNode run) {
        runs.add(run);
    }

    /** Every tool that ran, in the order in which they ended. */
    synchronized ArrayNode runs() {
        var all = JsonNodeFactory.instance.arrayNode();
        runs.forEach(all::add);
        return all;
    }

    /** Those that ran after the first {@code told}. */
    synchronized List<ObjectNode> runsAfter(int told) {
        return List.copyOf(runs.subList(told, runs.size()));
    }
}
