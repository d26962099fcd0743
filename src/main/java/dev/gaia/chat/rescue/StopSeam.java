package dev.gaia.chat.rescue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds a stop sequence that began in what the client has and ends in what another model adds, which neither provider
 * can see: the last characters of the delivered text and the first ones of the continuation together (failures 11.2).
 *
 * <p>Text is held back while such a sequence may still become complete. One that does takes with it all that came of the
 * continuation. For one thread.
 */
public final class StopSeam {

    /** Finds nothing and holds nothing back. */
    public static final StopSeam NONE = new StopSeam(List.of(), "");

    private final List<String> stops;
    /** The end of the delivered text: one character less than the longest sequence. */
    private final String before;

    private final StringBuilder held = new StringBuilder();
    private boolean watching;
    private Optional<String> met = Optional.empty();

    private StopSeam(List<String> stops, String delivered) {
        int longest = stops.stream().mapToInt(String::length).max().orElse(1);
        this.stops = stops;
        this.before = delivered.substring(Math.max(0, delivered.length() - longest + 1));
        this.watching = !stops.isEmpty();
    }

    /**
     * Begins where the texts join.
     *
     * @param call in the neutral form
     * @param delivered what the client has
     */
    public static StopSeam of(JsonNode call, String delivered) {
        var stops = new ArrayList<String>();
        call.path("stop").forEach(stop -> stops.add(stop.asText()));
        stops.removeIf(String::isEmpty);
        return new StopSeam(List.copyOf(stops), delivered);
    }

    /** True while a sequence may still become complete, so that text goes through {@link #offer}. */
    public boolean watching() {
        return watching;
    }

    /** More text of the continuation: what of all the text so far can be handed on. */
    public String offer(String piece) {
        if (!watching) {
            return piece;
        }
        held.append(piece);
        var text = before + held;
        watching = false;
        for (int start = 0; start < before.length(); start++) {
            for (var stop : stops) {
                boolean straddles = start + stop.length() > before.length();
                if (straddles && text.startsWith(stop, start)) {
                    met = Optional.of(stop);
                    held.setLength(0);
                    watching = false;
                    return "";
                }
                watching |= text.length() - start < stop.length() && stop.startsWith(text.substring(start));
            }
        }
        return watching ? "" : flush();
    }

    /** What is held back, since no more text follows. */
    public String release() {
        return watching ? flush() : "";
    }

    private String flush() {
        var rest = held.toString();
        held.setLength(0);
        watching = false;
        return rest;
    }

    /** The sequence at which the answer ends; empty when there is none. */
    public Optional<String> met() {
        return met;
    }
}
