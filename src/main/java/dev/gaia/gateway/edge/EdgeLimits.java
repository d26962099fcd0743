package dev.gaia.gateway.edge;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What one client, and all clients together, may ask of the edge. Every buffer and every wait has its bound here.
 *
 * @param bodyMaxBytes largest request body, in bytes; more is answered 413
 * @param uploadMaxMb largest file of an upload, in MiB; more is answered 413
 * @param bodiesMaxBytes bytes of all request bodies held at once; more is answered 503
 * @param headersMaxBytes all header lines of a request together, in bytes; more is answered 431
 * @param headersMaxCount header lines of a request; more is answered 431
 * @param requestLineMaxBytes method, target and version, in bytes; more is answered 414
 * @param requestsMax requests in progress, streams included; more is answered 503
 * @param connectionsMax open connections; further ones are closed at once
 * @param headTimeout from the first byte of a request to the end of its headers; then 408
 * @param bodyTimeout from the end of the headers to the end of the body; then 408
 * @param idleTimeout how long a kept connection may wait for its next request
 * @param stallTimeout how long a client may accept no byte of its answer before it is cut off
 */
@ConfigurationProperties("gaia.gateway")
public record EdgeLimits(
        int bodyMaxBytes,
        int uploadMaxMb,
        long bodiesMaxBytes,
        int headersMaxBytes,
        int headersMaxCount,
        int requestLineMaxBytes,
        int requestsMax,
        int connectionsMax,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        Duration stallTimeout) {

    /** What a form may hold beside its file. */
    private static final long FORM_BYTES = 1 << 20;

    private static final int UPLOAD_HIGHEST_MB = 1024;

    public EdgeLimits {
        atLeast(1, bodyMaxBytes, "body-max-bytes");
        atLeast(1, uploadMaxMb, "upload-max-mb");
        if (uploadMaxMb > UPLOAD_HIGHEST_MB) {
            throw new IllegalArgumentException("`gaia.gateway.upload-max-mb` is " + uploadMaxMb + "; it must be "
                    + UPLOAD_HIGHEST_MB + " or less.");
        }
        atLeast(bodyMaxBytes, bodiesMaxBytes, "bodies-max-bytes");
        atLeast(256, headersMaxBytes, "headers-max-bytes");
        atLeast(1, headersMaxCount, "headers-max-count");
        atLeast(64, requestLineMaxBytes, "request-line-max-bytes");
        atLeast(1, requestsMax, "requests-max");
        atLeast(1, connectionsMax, "connections-max");
        positive(headTimeout, "head-timeout");
        positive(bodyTimeout, "body-timeout");
        positive(idleTimeout, "idle-timeout");
        positive(stallTimeout, "stall-timeout");
    }

    /** Largest body of a request that uploads a file. */
    long uploadBodyMaxBytes() {
        return ((long) uploadMaxMb << 20) + FORM_BYTES;
    }

    private static void atLeast(long bound, long value, String key) {
        if (value < bound) {
            throw new IllegalArgumentException(
                    "`gaia.gateway." + key + "` is " + value + "; it must be " + bound + " or more.");
        }
    }

    private static void positive(Duration value, String key) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("`gaia.gateway." + key + "` is " + value + "; it must be more than 0s.");
        }
    }
}
