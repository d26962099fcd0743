package dev.gaia.auth;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings under {@code gaia.auth.key}: how API keys are looked up, and what is kept of their use.
 *
 * @param upkeepInterval pause between two looks at which keys there are; also how long, without a broker, a revoked key
 *     may work
 * @param listMax keys that a list shows, the newest
 * @param directoryMaxEntries keys whose existence is remembered; with more of them in the table, those used last are
 * @param unknownLookupsMax look-ups in one second of keys that nobody has seen yet
 * @param unknownLookupsAddressMax the same, from one client address
 * @param unknownLookupsInFlightMax the same, at a time
 * @param usedPrecision how exact {@code last_used_at} is: the use of a key is noted once in this time
 * @param usedMaxEntries keys whose use waits to be noted; what finds it full is not noted
 */
@ConfigurationProperties("gaia.auth.key")
public record KeySettings(
        int listMax,
        Duration upkeepInterval,
        int directoryMaxEntries,
        int unknownLookupsMax,
        int unknownLookupsAddressMax,
        int unknownLookupsInFlightMax,
        Duration usedPrecision,
        int usedMaxEntries) {

    public KeySettings {
        requireOne("list-max", listMax);
        requirePositive("upkeep-interval", upkeepInterval);
        requirePositive("used-precision", usedPrecision);
        requireOne("directory-max-entries", directoryMaxEntries);
        requireOne("unknown-lookups-max", unknownLookupsMax);
        requireOne("unknown-lookups-address-max", unknownLookupsAddressMax);
        requireOne("unknown-lookups-in-flight-max", unknownLookupsInFlightMax);
        requireOne("used-max-entries", usedMaxEntries);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "`gaia.auth.key." + name + "` is " + value.toMillis() + " ms; it must be more than 0.");
        }
    }

    private static void requireOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("`gaia.auth.key." + name + "` is " + value + "; it must be 1 or more.");
        }
    }
}
