package dev.gaia.drill;

import dev.gaia.drill.DrillProvider.Script;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One fault, played once: what the models do, what is asked, what must come of it.
 *
 * @param name the fault and what is special about this row, {@code f01-short-hint}
 * @param title in people's words
 * @param others models that may be asked beside the first one, 0 to 2
 * @param headers of the request
 */
record Drill(
        String name,
        String title,
        Mode mode,
        Script script,
        int others,
        Map<String, String> headers,
        Manner manner,
        Expectation expectation) {

    /** Statuses that say that a key is no good, or has nothing left. */
    private static final Set<Integer> KEY_REFUSALS = Set.of(401, 402, 403);

    /** How the client behaves once its request is under way. */
    enum Manner {
        READS,
        /** Closes its connection properly. */
        LEAVES,
        /** Resets its connection. */
        LEAVES_ABRUPTLY,
        /** Ends its side of the connection and goes on reading. */
        ENDS_ITS_SIDE,
        /** Reads nothing for a while, then everything. */
        READS_LATE
    }

    /** Which answers a fault is played on. */
    enum Mode {
        JSON,
        STREAM,
        BOTH
    }

    /**
     * What happened.
     *
     * @param turnedNanos moment at which the client left, or began to read at last
     * @param sentBytes what a flood had sent until then
     */
    record Outcome(Seen seen, List<Asked> asked, long turnedNanos, long sentBytes) {

        /** Attempts on the model that was asked for first. */
        int primary() {
            return (int) asked.stream().filter(Asked::primary).count();
        }

        int fallback() {
            return asked.size() - primary();
        }

        /** Milliseconds between the starts of two attempts, in order. */
        List<Long> gaps() {
            return IntStream.range(1, asked.size())
                    .mapToObj(i -> (asked.get(i).atNanos() - asked.get(i - 1).atNanos()) / 1_000_000)
                    .toList();
        }
    }

    /** Says what is wrong with an outcome; empty when nothing is. */
    interface Expectation {
        Optional<String> fault(Outcome outcome, boolean stream);
    }

    Drill headers(Map<String, String> newHeaders) {
        return new Drill(name, title, mode, script, others, newHeaders, manner, expectation);
    }

    Drill manner(Manner newManner) {
        return new Drill(name, title, mode, script, others, headers, newManner, expectation);
    }

    /** Requests after which the client turns: when the fallback has a fault of its own, it is asked as well. */
    int turnsAt() {
        return script.fallback().getFirst().fault() == Play.Fault.NONE ? 1 : 2;
    }

    /** True when the provider refuses its key, so that for a moment none of its models is asked. */
    boolean shutsKey() {
        return Stream.concat(script.primary().stream(), script.fallback().stream())
                .anyMatch(play -> KEY_REFUSALS.contains(play.status()));
    }

    Drill alone() {
        return new Drill(
                name + "-alone", title + ", nobody else to ask", mode, script, 0, headers, manner, expectation);
    }

    Drill others(int newOthers) {
        return new Drill(name, title, mode, script, newOthers, headers, manner, expectation);
    }
}
