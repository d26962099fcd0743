package dev.gaia.chat.provider;

import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How connections to model providers are made and kept.
 *
 * @param resolveTimeout for finding the addresses of a provider's name; within the connect limit
 * @param nameServers who is asked for them, {@code address} or {@code address:port}; the machine's own when empty
 * @param lastAddressesTime how long the last good addresses serve while no name server answers
 * @param askAgainAfter how long what a name server said, also that it knows no such name, is not asked again; at most 5s
 * @param nextAddressDelay after which the next address of a provider is tried beside the one before
 * @param probeAfter silence after which a connection is probed (TCP keep-alive)
 * @param probeInterval between two unanswered probes
 * @param probesMax unanswered probes that end a connection
 */
@ConfigurationProperties("gaia.provider.connection")
public record ConnectionSettings(
        Duration resolveTimeout,
        List<String> nameServers,
        Duration lastAddressesTime,
        Duration askAgainAfter,
        Duration nextAddressDelay,
        Duration probeAfter,
        Duration probeInterval,
        int probesMax) {

    private static final Duration ASK_AGAIN_MAX = Duration.ofSeconds(5);

    public ConnectionSettings {
        nameServers = requireNonNullElse(nameServers, List.<String>of()).stream()
                .map(String::strip)
                .filter(server -> !server.isEmpty())
                .toList();
        atLeast("resolve-timeout", resolveTimeout, Duration.ofMillis(1));
        atLeast("last-addresses-time", lastAddressesTime, Duration.ZERO);
        atLeast("ask-again-after", askAgainAfter, Duration.ZERO);
        if (askAgainAfter.compareTo(ASK_AGAIN_MAX) > 0) {
            throw refused("ask-again-after", askAgainAfter, "5s or less");
        }
        atLeast("next-address-delay", nextAddressDelay, Duration.ofMillis(1));
        atLeast("probe-after", probeAfter, Duration.ofSeconds(1));
        atLeast("probe-interval", probeInterval, Duration.ofSeconds(1));
        if (probesMax < 1) {
            throw refused("probes-max", probesMax, "1 or more");
        }
    }

    private static void atLeast(String name, Duration value, Duration lowest) {
        if (value == null || value.compareTo(lowest) < 0) {
            throw refused(name, value, "a duration of at least " + lowest.toMillis() + "ms");
        }
    }

    private static IllegalArgumentException refused(String name, Object value, String wanted) {
        return new IllegalArgumentException(
                "`gaia.provider.connection." + name + "` is " + value + "; it must be " + wanted);
    }
}
