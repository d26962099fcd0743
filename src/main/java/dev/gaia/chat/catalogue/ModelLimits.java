package dev.gaia.chat.catalogue;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.convert.DurationStyle;

/**
 * How patiently one model is asked, where that differs from the settings of the same names.
 *
 * @param firstTokenTimeout from the request to the first content of a stream
 * @param idleTimeout between two pieces while another model can be asked; at most 45s
 * @param idleTimeoutAlone the same when none can; at most 45s
 * @param wholeTimeout for an answer that does not stream
 */
public record ModelLimits(
        Optional<Duration> firstTokenTimeout,
        Optional<Duration> idleTimeout,
        Optional<Duration> idleTimeoutAlone,
        Optional<Duration> wholeTimeout) {

    public static final ModelLimits NONE =
            new ModelLimits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Hard bound of the failure contract, F09. */
    private static final Duration IDLE_MAX = Duration.ofSeconds(45);

    /** Those of a catalogue, durations like {@code 20s}; null for one that is not given. */
    @JsonCreator
    static ModelLimits of(
            @JsonProperty("first-token-timeout") String firstTokenTimeout,
            @JsonProperty("idle-timeout") String idleTimeout,
            @JsonProperty("idle-timeout-alone") String idleTimeoutAlone,
            @JsonProperty("whole-timeout") String wholeTimeout) {
        return new ModelLimits(
                duration("first-token-timeout", firstTokenTimeout),
                idle("idle-timeout", idleTimeout),
                idle("idle-timeout-alone", idleTimeoutAlone),
                duration("whole-timeout", wholeTimeout));
    }

    private static Optional<Duration> idle(String name, String text) {
        var duration = duration(name, text);
        if (duration.isPresent() && duration.get().compareTo(IDLE_MAX) > 0) {
            throw new IllegalArgumentException(
                    "the limit " + name + " is " + text + "; it must be " + IDLE_MAX.toSeconds() + "s or less");
        }
        return duration;
    }

    private static Optional<Duration> duration(String name, String text) {
        if (text == null) {
            return Optional.empty();
        }
        var duration = parse(text);
        if (!duration.isPositive()) {
            throw new IllegalArgumentException(
                    "the limit " + name + " is " + text + "; it must be a duration above 0, like 20s");
        }
        return Optional.of(duration);
    }

    private static Duration parse(String text) {
        try {
            return DurationStyle.SIMPLE.parse(text);
        } catch (IllegalArgumentException e) {
            return Duration.ZERO;
        }
    }
}
