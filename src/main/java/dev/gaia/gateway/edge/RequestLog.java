package dev.gaia.gateway.edge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each request, on logger {@code gaia.request}. It names the kind of caller and never a credential; the
 * path is in its normal form, so it cannot forge a line.
 */
final class RequestLog {

    /** Written as the status when the client left before the answer. */
    static final int CLIENT_LEFT = 499;

    private static final Logger LOG = LoggerFactory.getLogger("gaia.request");

    private RequestLog() {}

    static boolean enabled() {
        return LOG.isInfoEnabled();
    }

    /**
     * Writes the line.
     *
     * @param caller {@code jwt}, {@code user_api_key} or {@code -}
     * @param route id of the route that answered, or {@code -}
     * @param nanos from the arrival of the headers to the end of the answer, in nanoseconds
     * @param bytes of the answer's body, before compression
     */
    static void write(
            String id, String caller, String route, String method, String path, int status, long nanos, long bytes) {
        LOG.info(id + " " + caller + " " + route + " " + method + " " + path + " " + status + " " + milliseconds(nanos)
                + " ms " + bytes + " bytes");
    }

    private static String milliseconds(long nanos) {
        long tenths = nanos / 100_000;
        return tenths / 10 + "." + tenths % 10;
    }
}
