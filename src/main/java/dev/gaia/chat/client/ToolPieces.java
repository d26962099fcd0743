package dev.gaia.chat.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the pieces of several tool calls in an order in which each call is whole before the next one begins, since some
 * servers mix them. Pieces of the first call go on at once; those of a later one wait until it is whole.
 */
final class ToolPieces {

    private static final JsonFactory JSON = new JsonFactory();

    /** What comes next. */
    sealed interface Step {}

    record Begin(String id, String name) implements Step {}

    record Arguments(String text) implements Step {}

    private static final class Call {
        private final String id;
        private final String name;
        private final StringBuilder sent = new StringBuilder();
        private final StringBuilder waiting = new StringBuilder();

        Call(String id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    private final Map<Integer, Call> known = new LinkedHashMap<>();
    private final ArrayDeque<Call> later = new ArrayDeque<>();
    private Optional<Call> current = Optional.empty();
    private boolean ended;

    void add(JsonNode piece) {
        var call = known.computeIfAbsent(piece.path("index").asInt(), index -> {
            var begun = new Call(
                    piece.path("id").asText("call_" + index),
                    piece.at("/function/name").asText(""));
            later.add(begun);
            return begun;
        });
        call.waiting.append(piece.at("/function/arguments").asText(""));
    }

    /** No more pieces come. */
    void end() {
        ended = true;
    }

    /** The next step; empty while a call has to be waited for. */
    Optional<Step> next() {
        if (current.isPresent() && !current.get().waiting.isEmpty()) {
            var call = current.get();
            var text = call.waiting.toString();
            call.waiting.setLength(0);
            call.sent.append(text);
            return Optional.of(new Arguments(text));
        }
        if (later.isEmpty() || (current.isPresent() && !ended && !whole(current.get().sent))) {
            return Optional.empty();
        }
        current = Optional.of(later.poll());
        return current.map(call -> new Begin(call.id, call.name));
    }

    /** Nothing at all is not whole: a server that mixes calls may begin them all before it fills one. */
    private static boolean whole(CharSequence arguments) {
        if (arguments.isEmpty()) {
            return false;
        }
        try (var parser = JSON.createParser(arguments.toString())) {
            while (parser.nextToken() != null) {
                // reads to the end of what is there
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
