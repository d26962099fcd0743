package dev.gaia.gateway.limit;

import java.time.Duration;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How often one caller may use a limited operation.
 *
 * @param scope what is limited: {@code root}, GET / alone and each process by itself; {@code all}, every operation that
 *     needs a caller as well, with one count across all gateways. Routes call {@code gateway-limit-<scope>}.
 * @param requests allowed requests in each window, 1 or more
 * @param period length of the window, a word: {@code second}, {@code minute}, {@code hour} or {@code day}
 * @param burst allowed requests in one second, 1 or more; with scope {@code all} only
 * @param callersMax callers counted at once, 1 or more; beyond it the least used counters are forgotten
 * @param countTimeout longest wait for the common count, more than 0; then this process counts by itself
 */
@ConfigurationProperties("gaia.gateway.rate-limit")
public record RateLimitSettings(
        Scope scope, int requests, Period period, int burst, int callersMax, Duration countTimeout) {

    /** What is limited. */
    public enum Scope {
        ROOT,
        ALL
    }

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

        /** As settings and answers spell it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public RateLimitSettings {
        atLeastOne(requests, "requests");
        atLeastOne(burst, "burst");
        atLeastOne(callersMax, "callers-max");
        if (countTimeout.isNegative() || countTimeout.isZero()) {
            throw new IllegalArgumentException("`gaia.gateway.rate-limit.count-timeout` is " + countTimeout.toMillis()
                    + " ms; it must be more than 0.");
        }
    }

    boolean all() {
        return scope == Scope.ALL;
    }

    private static void atLeastOne(int value, String key) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "`gaia.gateway.rate-limit." + key + "` is " + value + "; it must be 1 or more.");
        }
    }
}
