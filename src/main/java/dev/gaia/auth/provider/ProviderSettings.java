package dev.gaia.auth.provider;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings under {@code gaia.auth.provider}: limits of calls to the identity provider.
 *
 * @param timeout from the call to the last byte of its answer, above 0 and below {@code gaia.link.timeout}
 * @param bodyMaxBytes largest answer
 * @param inFlightMax calls at a time; one more fails at once
 * @param breakerOpen how long a provider that failed is left alone
 * @param webBaseUrl address of the web application, to which links in mails lead
 */
@ConfigurationProperties("gaia.auth.provider")
public record ProviderSettings(
        Duration timeout, int bodyMaxBytes, int inFlightMax, Duration breakerOpen, String webBaseUrl) {

    public ProviderSettings {
        requirePositive("timeout", timeout);
        requirePositive("breaker-open", breakerOpen);
        requirePositive("body-max-bytes", bodyMaxBytes);
        requirePositive("in-flight-max", inFlightMax);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "`gaia.auth.provider." + name + "` is " + value.toMillis() + " ms; it must be more than 0.");
        }
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "`gaia.auth.provider." + name + "` is " + value + "; it must be 1 or more.");
        }
    }
}
