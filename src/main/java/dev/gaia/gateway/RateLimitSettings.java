package dev.gaia.gateway;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How often one caller may use a limited operation.
 *
 * @param requests allowed requests in each window, 1 or more
 * @param period length of the window, a word: {@code second}, {@code minute}, {@code hour} or {@code day}
 * @param callersMax callers counted at once, 1 or more; beyond it the least used counters are forgotten
 */
@ConfigurationProperties("gaia.gateway.rate-limit")
public record RateLimitSettings(int requests, Period period, int callersMax) {

    /** The windows the contract knows. */
    public enum Period {
        SECOND(Duration.ofSeconds(1)),
        MINUTE(Duration.ofMinutes(1)),
        HOUR(Duration.ofHours(1)),
        DAY(Duration.ofDays(1));

        private final Duration length;

        Period(Duration length) {
            this.length = length;
        }

        Duration length() {
            return length;
        }
    }

    public RateLimitSettings {
        atLeastOne(requests, "requests");
        atLeastOne(callersMax, "callers-max");
    }

    private static void atLeastOne(int value, String key) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "`gaia.gateway.rate-limit." + key + "` is " + value + "; it must be 1 or more.");
        }
    }
}
