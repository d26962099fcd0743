package dev.gaia.chat.catalogue;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers by which one model is asked, where they differ from the settings of the same names. Values are judged as
 * those of the settings are, when the settings are known.
 *
 * @param settings full names of settings, such as {@code gaia.provider.idle-timeout}, and their values
 */
public record ModelLimits(Map<String, String> settings) {

    public static final ModelLimits NONE = new ModelLimits(Map.of());

    /** Settings of {@code gaia.provider} that one model can have of its own; the others belong to all of a provider. */
    static final List<String> OF_PROVIDER = List.of(
            "pool-timeout",
            "connect-timeout",
            "write-timeout",
            "first-token-timeout",
            "idle-timeout",
            "pinged-idle-timeout",
            "whole-timeout",
            "stream-timeout",
            "finish-timeout",
            "body-max-bytes",
            "event-max-bytes",
            "stream-max-bytes",
            "decompress-ratio-max");

    /** Likewise of {@code gaia.provider.attempts}; the others belong to keys, budgets or the process. */
    static final List<String> OF_ATTEMPTS = List.of(
            "per-candidate-max",
            "alone-max",
            "per-call-max",
            "candidates-max",
            "silent-max",
            "back-off",
            "back-off-max",
            "gap-min",
            "time-min",
            "hint-max",
            "whole-deadline",
            "first-token-deadline",
            "reasoning-first-token-timeout",
            "idle-timeout-alone",
            "refusal-fallback",
            "breaker-failures",
            "breaker-results",
            "breaker-window",
            "breaker-open",
            "breaker-open-max",
            "breaker-spread",
            "pause",
            "pause-max");

    public ModelLimits {
        settings = Map.copyOf(settings);
    }

    /** Those of a catalogue, by the last parts of the names: {@code idle-timeout: 20s}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ModelLimits of(Map<String, String> limits) {
        Map<String, String> settings = new HashMap<>();
        limits.forEach((name, value) -> settings.put(settingOf(name), value == null ? "" : value));
        return new ModelLimits(settings);
    }

    private static String settingOf(String name) {
        if (OF_PROVIDER.contains(name)) {
            return "gaia.provider." + name;
        }
        if (OF_ATTEMPTS.contains(name)) {
            return "gaia.provider.attempts." + name;
        }
        throw new IllegalArgumentException("a model has no limit " + name + "; write one of "
                + String.join(", ", OF_PROVIDER) + ", " + String.join(", ", OF_ATTEMPTS));
    }
}
