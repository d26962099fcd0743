package dev.gaia.chat.attempt;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * When a second model is asked although the first one may still answer: section 6 of the failure contract.
 *
 * @param enabled whether it is done at all; each time two models are paid
 * @param percentile of recent times to the first token after which a model counts as slow, 0 to 1
 * @param delayMin and never before
 * @param samplesMin recent times that must be known
 * @param share of all calls that may do so, 0 to 1
 * @param window in which calls are counted for it
 * @param promptTokensMax longest prompt that is sent twice
 */
@ConfigurationProperties("gaia.provider.hedging")
public record HedgeSettings(
        boolean enabled,
        double percentile,
        Duration delayMin,
        int samplesMin,
        double share,
        Duration window,
        int promptTokensMax) {

    public HedgeSettings {
        share("percentile", percentile);
        positive("delay-min", delayMin);
        if (samplesMin < 1) {
            throw refused("samples-min", samplesMin, "1 or more");
        }
        share("share", share);
        positive("window", window);
        if (promptTokensMax < 0) {
            throw refused("prompt-tokens-max", promptTokensMax, "0 or more");
        }
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw refused(name, value, "between 0 and 1");
        }
    }

    private static void positive(String name, Duration value) {
        if (value == null || value.isNegative() || value.isZero()) {
            throw refused(name, value, "a duration above 0, like 1s");
        }
    }

    private static IllegalArgumentException refused(String name, Object value, String wanted) {
        return new IllegalArgumentException(
                "`gaia.provider.hedging." + name + "` is " + value + "; it must be " + wanted);
    }
}
