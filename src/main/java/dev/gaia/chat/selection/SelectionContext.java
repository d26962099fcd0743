package dev.gaia.chat.selection;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A kind of request, and what it wants of a model.
 *
 * @param priority of {@code speed}, {@code quality}, {@code balanced}, {@code vr}, {@code cost}
 * @param maxResponseTimeMs a model's typical answer may take this long
 * @param activities that mean this kind
 * @param words any of them in a message means this kind
 * @param brief whether only messages of at most five words are of this kind
 */
public record SelectionContext(
        String id,
        String priority,
        int maxResponseTimeMs,
        List<String> requiredCapabilities,
        List<String> activities,
        List<String> words,
        @JsonProperty("short") Boolean brief) {

    private static final int BRIEF_WORDS = 5;

    public SelectionContext {
        if (id == null || priority == null || maxResponseTimeMs < 1) {
            throw new IllegalArgumentException(
                    "a context needs an `id`, a `priority` and a `max-response-time-ms` of 1 or more");
        }
        requiredCapabilities = List.copyOf(requireNonNullElse(requiredCapabilities, List.of()));
        activities = List.copyOf(requireNonNullElse(activities, List.of()));
        words = List.copyOf(requireNonNullElse(words, List.of()));
        brief = requireNonNullElse(brief, false);
    }

    /** Finds any of the words as whole words, whatever their case. */
    Pattern pattern() {
        return Pattern.compile(
                words.stream().map(Pattern::quote).collect(Collectors.joining("|", "\\b(?:", ")\\b")),
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    boolean fitsLength(String message) {
        return !brief || message.strip().split("\\s+", BRIEF_WORDS + 1).length <= BRIEF_WORDS;
    }
}
