package dev.gaia.gateway.edge;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Set;

/** Which browser origins may read answers: exact matches only, so that neither suffixes nor {@code null} slip in. */
final class Cors {

    static final String METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

    private static final Set<String> ALLOWED_METHODS = Set.of(METHODS.split(", "));

    private final Set<String> origins;

    Cors(List<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    boolean allows(String origin) {
        return origins.contains(origin);
    }

    /** Headers of every answer to an allowed origin, errors included. */
    static void allow(String origin, MultiMap headers) {
        headers.set("access-control-allow-origin", origin);
        headers.set("access-control-allow-credentials", "true");
        String vary = headers.get("vary");
        headers.set("vary", vary == null || "Origin".equals(vary) ? "Origin" : "Origin, " + vary);
    }

    /**
     * Decides a preflight and sets its headers.
     *
     * @param requestedHeaders what the browser asks for, empty when it asks for none; echoed
     * @return the refusal to answer with status 400, empty when allowed
     */
    String preflight(String origin, String method, String requestedHeaders, MultiMap headers) {
        headers.set("vary", "Origin");
        headers.set("access-control-allow-methods", METHODS);
        headers.set("access-control-max-age", "600");
        if (!allows(origin)) {
            return "Disallowed CORS origin";
        }
        allow(origin, headers);
        if (!requestedHeaders.isEmpty()) {
            headers.set("access-control-allow-headers", requestedHeaders);
        }
        return ALLOWED_METHODS.contains(method) ? "" : "Disallowed CORS method";
    }
}
