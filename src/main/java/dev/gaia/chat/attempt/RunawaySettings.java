package dev.gaia.chat.attempt;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * When a model that goes on and on is stopped: F36 of the failure contract.
 *
 * @param excess by how much more than {@code max_tokens} an answer may have before it is ended as too long; 0.1 is a
 *     tenth more
 * @param loopDetection whether an answer that repeats itself is ended with an error
 * @param loopCharacters length of the text that is repeated
 * @param loopRepeats how often it must follow itself
 */
@ConfigurationProperties("gaia.provider.runaway")
public record RunawaySettings(double excess, boolean loopDetection, int loopCharacters, int loopRepeats) {

    public RunawaySettings {
        if (!(excess >= 0)) {
            throw refused("excess", excess, "0 or more");
        }
        if (loopCharacters < 1) {
            throw refused("loop-characters", loopCharacters, "1 or more");
        }
        if (loopRepeats < 2) {
            throw refused("loop-repeats", loopRepeats, "2 or more");
        }
    }

    private static IllegalArgumentException refused(String name, Object value, String wanted) {
        return new IllegalArgumentException(
                "`gaia.provider.runaway." + name + "` is " + value + "; it must be " + wanted);
    }
}
