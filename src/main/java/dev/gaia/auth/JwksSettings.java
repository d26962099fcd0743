package dev.gaia.auth;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings under {@code gaia.auth.jwks}: the public keys of the identity provider.
 *
 * @param url where they are; empty for the place below the provider's own address
 * @param refresh how often they are read again in the background
 * @param staleMax how long the last ones serve while the address does not answer
 * @param timeout longest wait for them
 * @param bodyMaxBytes largest document
 * @param pause shortest time between two looks
 */
@ConfigurationProperties("gaia.auth.jwks")
record JwksSettings(
        Optional<String> url, Duration refresh, Duration staleMax, Duration timeout, int bodyMaxBytes, Duration pause) {

    JwksSettings {
        url = url.map(String::strip).filter(text -> !text.isEmpty());
        url.ifPresent(JwksSettings::requireSafe);
        requireAtLeast("refresh", refresh, Duration.ofSeconds(1));
        requireAtLeast("stale-max", staleMax, refresh);
        requireAtLeast("timeout", timeout, Duration.ofMillis(1));
        requireAtLeast("pause", pause, Duration.ofMillis(1));
        if (bodyMaxBytes < 1) {
            throw new IllegalArgumentException(
                    "`gaia.auth.jwks.body-max-bytes` is " + bodyMaxBytes + "; it must be 1 or more.");
        }
    }

    /** Whoever can change this document on its way can sign in as anybody. */
    private static void requireSafe(String text) {
        var uri = URI.create(text);
        String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        String host = Optional.ofNullable(uri.getHost()).orElse("").toLowerCase(Locale.ROOT);
        boolean loopback = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
        if (host.isEmpty() || !(scheme.equals("https") || (scheme.equals("http") && loopback))) {
            throw new IllegalArgumentException("`gaia.auth.jwks.url` is " + text
                    + "; it must be an https address, or http to a loopback address.");
        }
    }

    private static void requireAtLeast(String name, Duration value, Duration lowest) {
        if (value.compareTo(lowest) < 0) {
            throw new IllegalArgumentException("`gaia.auth.jwks." + name + "` is " + value.toMillis()
                    + " ms; it must be " + lowest.toMillis() + " ms or more.");
        }
    }
}
