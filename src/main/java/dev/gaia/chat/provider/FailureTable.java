package dev.gaia.chat.provider;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.mapping.TableReader;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The table {@code mappings/chat/failures.yaml}: what a refusal means and what follows from it.
 *
 * @param generic codes and types that say no more than the status, in lower case
 * @param rules the first that fits gives the class
 * @param events which status an error without one stands for
 * @param classes what follows, for every {@link Kind}
 */
public record FailureTable(List<String> generic, List<Rule> rules, List<Event> events, Map<String, Answer> classes) {

    /** File in the mappings folder. */
    static final String FILE = "chat/failures.yaml";

    private static final int STATUS_OF_UNKNOWN_EVENT = 500;

    /** Whether the same model is asked once more. */
    public enum Again {
        @JsonProperty("waiting")
        WAITING,
        @JsonProperty("at-once")
        AT_ONCE,
        @JsonProperty("other-key")
        OTHER_KEY,
        @JsonProperty("never")
        NEVER
    }

    /** Whether another model is asked. */
    public enum Next {
        @JsonProperty("always")
        ALWAYS,
        @JsonProperty("larger")
        LARGER,
        @JsonProperty("never")
        NEVER
    }

    /**
     * One sign of a class.
     *
     * @param status a number or a range like {@code 400-422}; any when empty
     * @param codes parts of the provider's code or type
     * @param texts parts of its message, read where no code says more than the status
     */
    public record Rule(
            String status,
            List<String> codes,
            List<String> texts,
            @JsonProperty("class") String kind) {

        public Rule {
            status = requireNonNullElse(status, "");
            codes = List.copyOf(requireNonNullElse(codes, List.of()));
            texts = List.copyOf(requireNonNullElse(texts, List.of()));
            kindOf(kind);
            if (!status.matches("(\\d{3}(-\\d{3})?)?")) {
                throw new IllegalArgumentException(
                        "the status " + status + " of a rule must be a number or a range like 400-422");
            }
        }

        private boolean fits(int given, String code, String text, boolean textOnly) {
            return fitsStatus(given)
                    && (codes.isEmpty() || codes.stream().anyMatch(code::contains))
                    && (texts.isEmpty() || (textOnly && texts.stream().anyMatch(text::contains)));
        }

        private boolean fitsStatus(int given) {
            if (status.isEmpty()) {
                return true;
            }
            int first = Integer.parseInt(status.substring(0, 3));
            int last = status.length() > 3 ? Integer.parseInt(status.substring(4)) : first;
            return given >= first && given <= last;
        }
    }

    /** The status an error stands for. */
    public record Event(List<String> codes, int status) {

        public Event {
            codes = List.copyOf(codes);
        }
    }

    /**
     * What follows from a class; see the table for each word.
     *
     * @param ownWords whether the provider's code and message are handed on
     * @param ownStatus whether its status is, when it is one of a refused request
     * @param uselessAgain whether a client that tries again within seconds would be answered the same
     */
    public record Answer(
            Again again,
            Next next,
            boolean counts,
            int rank,
            int status,
            String code,
            String type,
            String anthropic,
            boolean ownWords,
            boolean ownStatus,
            boolean uselessAgain) {

        private Answer next(Next newNext) {
            return new Answer(
                    again, newNext, counts, rank, status, code, type, anthropic, ownWords, ownStatus, uselessAgain);
        }
    }

    public FailureTable {
        generic = List.copyOf(generic);
        rules = List.copyOf(rules);
        events = List.copyOf(events);
        classes = Map.copyOf(classes);
        classes.keySet().forEach(FailureTable::kindOf);
        for (var kind : Kind.values()) {
            if (!classes.containsKey(nameOf(kind))) {
                throw new IllegalArgumentException("the class " + nameOf(kind) + " is missing");
            }
        }
    }

    /**
     * Reads the table.
     *
     * @throws dev.gaia.mapping.MappingFault when the file is missing or wrong
     */
    public static FailureTable read(TableReader tables) {
        return tables.read(FILE, FailureTable.class);
    }

    /** The class of a refusal; text, and all codes with spaces between them, in lower case. */
    Kind kind(int status, String code, String text) {
        boolean textOnly = Arrays.stream(code.split(" ", -1)).allMatch(this::saysNothing);
        return rules.stream()
                .filter(rule -> rule.fits(status, code, text, textOnly))
                .findFirst()
                .map(rule -> kindOf(rule.kind()))
                .orElse(Kind.REQUEST);
    }

    /** True for no code, a number, or a code that stands for every refusal with its status; in lower case. */
    boolean saysNothing(String code) {
        return generic.contains(code) || code.chars().allMatch(Character::isDigit);
    }

    /** The status that an error of this code and type stands for, in lower case. */
    int statusOfEvent(String code) {
        return events.stream()
                .filter(event -> event.codes().stream().anyMatch(code::contains))
                .map(Event::status)
                .findFirst()
                .orElse(STATUS_OF_UNKNOWN_EVENT);
    }

    /** What follows from a class. */
    public Answer of(Kind kind) {
        return classes.get(nameOf(kind));
    }

    /** The same for a caller whose calls are taken to another model when one refused them (failures F13). */
    public FailureTable takingRefusalsOn() {
        var others = new HashMap<>(classes);
        others.computeIfPresent(nameOf(Kind.REFUSAL), (name, answer) -> answer.next(Next.ALWAYS));
        return new FailureTable(generic, rules, events, others);
    }

    /** The status told for a failure: the provider's own where the class hands it on. */
    public int status(ProviderFailure failure) {
        var answer = of(failure.kind());
        var own = failure.details().status();
        boolean handedOn = answer.ownStatus() && own >= 400 && own < 500;
        return handedOn ? own : answer.status();
    }

    /** As the table names a class: {@code unknown-model}. */
    public static String nameOf(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Kind kindOf(String name) {
        for (var kind : Kind.values()) {
            if (nameOf(kind).equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("there is no class " + name + " of failures");
    }
}
