package dev.gaia.gateway.edge;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the edge listens and what it lets in and out.
 *
 * @param host address to bind
 * @param port port to bind, 1 to 65535; 0 takes any free one, see {@link EdgeServer#port()}
 * @param eventLoops threads that read and write sockets; 0 means one per core
 * @param allowedOrigins browser origins that may read answers, exactly as browsers send them
 * @param requestHeaders names of the client headers a route may see; every other one stays outside
 * @param gzipMinBytes smallest body that is compressed for clients that ask for it, in bytes
 * @param drainTimeout how long running requests may go on when the process stops
 */
@ConfigurationProperties("gaia.gateway")
public record EdgeSettings(
        String host,
        int port,
        int eventLoops,
        List<String> allowedOrigins,
        List<String> requestHeaders,
        int gzipMinBytes,
        Duration drainTimeout) {

    public EdgeSettings {
        allowedOrigins = withoutBlanks(allowedOrigins);
        requestHeaders = withoutBlanks(requestHeaders);
        require(port >= 0 && port <= 65535, "port", port, "between 0 and 65535");
        require(eventLoops >= 0, "event-loops", eventLoops, "0 or more");
        require(gzipMinBytes >= 0, "gzip-min-bytes", gzipMinBytes, "0 or more");
        require(!drainTimeout.isNegative(), "drain-timeout", drainTimeout, "0s or more");
        for (String name : requestHeaders) {
            require(!ReservedNames.reserved(name), "request-headers", name, "a header clients may set");
        }
    }

    /** Number of event loops to start, 1 or more. */
    int loops() {
        return eventLoops == 0 ? Runtime.getRuntime().availableProcessors() : eventLoops;
    }

    private static List<String> withoutBlanks(List<String> texts) {
        return texts.stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
    }

    private static void require(boolean holds, String key, Object value, String bound) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "`gaia.gateway." + key + "` is " + value + "; it must be " + bound + ".");
        }
    }
}
