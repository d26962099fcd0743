package dev.gaia.database;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings under {@code gaia.database}.
 *
 * @param url address with credentials, never shown
 * @param poolSize connections kept at most
 * @param maxOverflow further connections under load, closed again when idle
 * @param poolTimeout longest wait for a connection before a request fails
 * @param connectTimeout longest wait for the server's greeting
 * @param poolRecycle age at which a connection is replaced
 * @param probeInterval pause between two looks at whether the database answers
 * @param echo whether SQL goes to the log
 * @param migrate whether this process brings the schema up to date
 */
@ConfigurationProperties("gaia.database")
public record DatabaseSettings(
        String url,
        int poolSize,
        int maxOverflow,
        Duration poolTimeout,
        Duration connectTimeout,
        Duration poolRecycle,
        Duration probeInterval,
        boolean echo,
        boolean migrate) {

    public DatabaseSettings {
        if (poolSize < 1) {
            throw new IllegalArgumentException("`gaia.database.pool-size` is " + poolSize + "; it must be 1 or more.");
        }
        if (maxOverflow < 0) {
            throw new IllegalArgumentException(
                    "`gaia.database.max-overflow` is " + maxOverflow + "; it must be 0 or more.");
        }
        requireAtLeast("pool-timeout", poolTimeout, Duration.ofMillis(250));
        requireAtLeast("connect-timeout", connectTimeout, Duration.ofSeconds(1));
        requireAtLeast("pool-recycle", poolRecycle, Duration.ofSeconds(30));
        requireAtLeast("probe-interval", probeInterval, Duration.ofMillis(100));
        DatabaseAddress.parse(url);
    }

    DatabaseAddress address() {
        return DatabaseAddress.parse(url);
    }

    private static void requireAtLeast(String name, Duration value, Duration lowest) {
        if (value.compareTo(lowest) < 0) {
            throw new IllegalArgumentException("`gaia.database." + name + "` is " + value.toMillis()
                    + " ms; it must be " + lowest.toMillis() + " ms or more.");
        }
    }

    /** Without the URL's credentials. */
    @Override
    public String toString() {
        return "DatabaseSettings[" + address() + ", poolSize=" + poolSize + ", maxOverflow=" + maxOverflow + "]";
    }
}
