package dev.gaia.chat.rescue;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How streams that broke off are continued: section 11 of the failure contract.
 *
 * @param enabled whether they are; a call's header {@code X-Stream-Rescue} goes before it
 * @param perCallMax how often in one call
 * @param timeLeftMin time the deadline must leave
 * @param waitingInterval how often a client that waits is told so
 * @param unclearMax how long the text of a continuation is held back until it is clear where it joins
 * @param prefillMemory how long it is remembered that a model refuses to be given the beginning of its answer
 * @param instruction what a model is told that cannot be given it; {@code {anchor}} stands for the last words
 */
@ConfigurationProperties("gaia.provider.rescue")
public record RescueSettings(
        boolean enabled,
        int perCallMax,
        Duration timeLeftMin,
        Duration waitingInterval,
        Duration unclearMax,
        Duration prefillMemory,
        String instruction) {

    public RescueSettings {
        if (perCallMax < 0) {
            throw refused("per-call-max", perCallMax, "0 or more");
        }
        positive("time-left-min", timeLeftMin);
        positive("waiting-interval", waitingInterval);
        positive("unclear-max", unclearMax);
        positive("prefill-memory", prefillMemory);
        if (instruction == null || !instruction.contains("{anchor}")) {
            throw refused("instruction", instruction, "a text that holds {anchor}");
        }
    }

    private static void positive(String name, Duration value) {
        if (value == null || value.isNegative() || value.isZero()) {
            throw refused(name, value, "a duration above 0, like 10s");
        }
    }

    private static IllegalArgumentException refused(String name, Object value, String wanted) {
        return new IllegalArgumentException(
                "`gaia.provider.rescue." + name + "` is " + value + "; it must be " + wanted);
    }
}
