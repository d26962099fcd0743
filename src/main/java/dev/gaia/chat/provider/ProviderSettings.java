package dev.gaia.chat.provider;

import static java.util.Objects.requireNonNullElse;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Limits of calls to model providers, and where the providers are.
 *
 * @param poolTimeout how long a call waits for a free connection
 * @param connectTimeout for the connection, TLS included
 * @param writeTimeout for a part of the request that the provider does not take
 * @param firstTokenTimeout from sending a request that streams to its first content
 * @param idleTimeout between two pieces of a stream; at most 45s
 * @param pingedIdleTimeout the same while the provider sends signs of life; at most 60s
 * @param wholeTimeout for an answer that does not stream
 * @param streamTimeout for a whole stream
 * @param finishTimeout for figures and end mark after the last content of a stream
 * @param keepConnectionTimeout how long an unused connection stays open
 * @param maxConnections that wait for whole answers at the same time, to each provider
 * @param maxStreams answers of each provider that stream at the same time, each on a connection of its own
 * @param maxWaiting calls that wait for either; one more fails at once
 * @param bodyMaxBytes largest answer that does not stream
 * @param eventMaxBytes largest event of a stream
 * @param streamMaxBytes largest stream
 * @param streamBufferBytes of one stream that wait for its reader, in all places together; then the provider is held
 *     back. A quarter of them waits here
 * @param decompressRatioMax how much larger than what was sent an answer may be once decompressed
 * @param userAgent what providers read about us
 * @param endpoints the providers by name
 */
@ConfigurationProperties("gaia.provider")
public record ProviderSettings(
        Duration poolTimeout,
        Duration connectTimeout,
        Duration writeTimeout,
        Duration firstTokenTimeout,
        Duration idleTimeout,
        Duration pingedIdleTimeout,
        Duration wholeTimeout,
        Duration streamTimeout,
        Duration finishTimeout,
        Duration keepConnectionTimeout,
        int maxConnections,
        int maxStreams,
        int maxWaiting,
        int bodyMaxBytes,
        int eventMaxBytes,
        int streamMaxBytes,
        int streamBufferBytes,
        int decompressRatioMax,
        String userAgent,
        Map<String, Endpoint> endpoints) {

    private static final int STREAM_BUFFER_MIN_BYTES = 4_096;

    /** Hard bounds of the failure contract, F09 and section 2. */
    private static final Duration IDLE_MAX = Duration.ofSeconds(45);

    private static final Duration PINGED_IDLE_MAX = Duration.ofSeconds(60);

    /**
     * A provider's address and keys.
     *
     * @param baseUrl https; plain http only to a loopback address
     * @param key one key, or several separated by commas; empty when the provider is not configured
     */
    public record Endpoint(URI baseUrl, Optional<String> key) {

        public Endpoint {
            // A provider that wants no key has none in the settings.
            key = requireNonNullElse(key, Optional.empty());
        }

        /** The keys in order of preference; none when the provider is not configured. */
        public List<String> keys() {
            return Stream.of(key.orElse("").split(",", -1))
                    .map(String::strip)
                    .filter(one -> !one.isEmpty())
                    .distinct()
                    .toList();
        }

        @Override
        public String toString() {
            return "Endpoint[baseUrl=" + baseUrl + ", key=" + (key.isPresent() ? "***" : "none") + "]";
        }
    }

    public ProviderSettings {
        positive("pool-timeout", poolTimeout);
        positive("connect-timeout", connectTimeout);
        positive("write-timeout", writeTimeout);
        positive("first-token-timeout", firstTokenTimeout);
        atMost("idle-timeout", idleTimeout, IDLE_MAX);
        atMost("pinged-idle-timeout", pingedIdleTimeout, PINGED_IDLE_MAX);
        positive("whole-timeout", wholeTimeout);
        positive("stream-timeout", streamTimeout);
        positive("finish-timeout", finishTimeout);
        positive("keep-connection-timeout", keepConnectionTimeout);
        positive("max-connections", maxConnections);
        positive("max-streams", maxStreams);
        positive("body-max-bytes", bodyMaxBytes);
        positive("event-max-bytes", eventMaxBytes);
        positive("stream-max-bytes", streamMaxBytes);
        if (streamBufferBytes < STREAM_BUFFER_MIN_BYTES) {
            throw new IllegalArgumentException("`gaia.provider.stream-buffer-bytes` is " + streamBufferBytes
                    + "; it must be " + STREAM_BUFFER_MIN_BYTES + " or more");
        }
        positive("decompress-ratio-max", decompressRatioMax);
        if (maxWaiting < 0) {
            throw new IllegalArgumentException(
                    "`gaia.provider.max-waiting` is " + maxWaiting + "; it must be 0 or more");
        }
        // In the order of application.yaml: some addresses default to an earlier one, which is the one to mend.
        requireNonNullElse(endpoints, Map.<String, Endpoint>of()).forEach(ProviderSettings::check);
        endpoints = Map.copyOf(requireNonNullElse(endpoints, Map.of()));
    }

    /** The providers that have a key. */
    public boolean configured(String name) {
        return endpoints.containsKey(name) && !endpoints.get(name).keys().isEmpty();
    }

    private static void positive(String name, Duration value) {
        if (value == null || value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "`gaia.provider." + name + "` is " + value + "; it must be a duration above 0, like 10s");
        }
    }

    private static void atMost(String name, Duration value, Duration highest) {
        positive(name, value);
        if (value.compareTo(highest) > 0) {
            throw new IllegalArgumentException(
                    "`gaia.provider." + name + "` is " + value + "; it must be " + highest.toSeconds() + "s or less");
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("`gaia.provider." + name + "` is " + value + "; it must be 1 or more");
        }
    }

    private static void check(String name, Endpoint endpoint) {
        var setting = "`gaia.provider.endpoints." + name + ".base-url`";
        var url = endpoint.baseUrl();
        if (url == null || url.getScheme() == null || url.getHost() == null) {
            throw new IllegalArgumentException(
                    setting + " is " + url + "; it must be an address like https://api.example.com/v1");
        }
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        boolean plain = "http".equalsIgnoreCase(url.getScheme());
        if (!secure && !(plain && loopback(url.getHost()))) {
            throw new IllegalArgumentException(
                    setting + " is " + url + "; it must start with https:// unless the host is a loopback address");
        }
    }

    private static boolean loopback(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        return "localhost".equals(name) || name.matches("127(\\.\\d{1,3}){3}") || "[::1]".equals(name);
    }
}
