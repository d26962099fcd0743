package dev.gaia.identity;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings under {@code gaia.identity}: the local identity provider.
 *
 * @param enabled {@code auto}, {@code true} or {@code false}; see {@link dev.gaia.auth.provider.ProviderChoice}
 * @param signup whether somebody may register
 * @param autoConfirm whether an address counts as confirmed at once
 * @param passwordMinLength shortest password, in characters
 * @param tokenTtl how long an access token is good
 * @param sessionTtl how long a session may go without being refreshed
 * @param confirmationTtl how long a confirmation link is good
 * @param confirmationPause before another one is sent
 * @param mail Camel endpoint that delivers confirmation mails; may hold a password
 * @param mailFrom their sender
 * @param guessesMax wrong passwords for one address in each window
 * @param guessesWindow that window
 * @param checksMax passwords being checked at a time
 */
@ConfigurationProperties("gaia.identity")
record IdentitySettings(
        String enabled,
        boolean signup,
        boolean autoConfirm,
        int passwordMinLength,
        Duration tokenTtl,
        Duration sessionTtl,
        Duration confirmationTtl,
        Duration confirmationPause,
        String mail,
        String mailFrom,
        int guessesMax,
        Duration guessesWindow,
        int checksMax) {

    private static final int LOWEST_PASSWORD_LENGTH = 6;

    /** The public keys are published for this long after their last use. */
    private static final Duration LONGEST_TOKEN = Duration.ofHours(24);

    IdentitySettings {
        requireAtLeast("password-min-length", passwordMinLength, LOWEST_PASSWORD_LENGTH);
        requireAtLeast("guesses-max", guessesMax, 1);
        requireAtLeast("checks-max", checksMax, 1);
        requireAtLeast("token-ttl", tokenTtl, Duration.ofMinutes(1));
        requireAtLeast("session-ttl", sessionTtl, Duration.ofMillis(1));
        requireAtLeast("confirmation-ttl", confirmationTtl, Duration.ofMillis(1));
        requireAtLeast("confirmation-pause", confirmationPause, Duration.ofMillis(1));
        requireAtLeast("guesses-window", guessesWindow, Duration.ofMillis(1));
        if (tokenTtl.compareTo(LONGEST_TOKEN) > 0) {
            throw new IllegalArgumentException(
                    "`gaia.identity.token-ttl` is " + tokenTtl.toHours() + " h; it must be 24 h or less.");
        }
    }

    /** Without the mail server's password. */
    @Override
    public String toString() {
        return "IdentitySettings[enabled=" + enabled + "]";
    }

    private static void requireAtLeast(String name, int value, int lowest) {
        if (value < lowest) {
            throw new IllegalArgumentException(
                    "`gaia.identity." + name + "` is " + value + "; it must be " + lowest + " or more.");
        }
    }

    private static void requireAtLeast(String name, Duration value, Duration lowest) {
        if (value.compareTo(lowest) < 0) {
            throw new IllegalArgumentException("`gaia.identity." + name + "` is " + value.toMillis()
                    + " ms; it must be " + lowest.toMillis() + " ms or more.");
        }
    }
}
