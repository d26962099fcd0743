package dev.gaia.chat.provider;

import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One operation of a provider.
 *
 * @param provider name in {@code gaia.provider.endpoints}
 * @param options where to and with which headers
 * @param keys of the provider; the first one stands in {@code options}
 * @param idempotencyHeader header for the key of an attempt, empty for none
 * @param open exchanges with this provider that hold a connection, or wait for one
 * @param connectionsMax how many of them can hold one
 */
record UpstreamTarget(
        String provider,
        RequestOptions options,
        Keys keys,
        String idempotencyHeader,
        AtomicInteger open,
        int connectionsMax) {

    /**
     * The keys of a provider.
     *
     * @param header that carries the key
     * @param values of that header, one for each key
     */
    record Keys(String header, List<String> values) {}

    /** True when whoever waits for a connection waits for others to be done. */
    boolean full() {
        return open.get() > connectionsMax;
    }

    /** The options of one attempt: those of all, and what only it says. */
    RequestOptions optionsOf(Attempt attempt) {
        if (attempt.headers().isEmpty()) {
            return options;
        }
        var own = new RequestOptions(options);
        if (attempt.key() > 0) {
            own.putHeader(keys.header(), keys.values().get(attempt.key()));
        }
        attempt.headers().forEach((name, value) -> {
            if ("request-id".equals(name)) {
                own.putHeader("X-Request-Id", value);
            } else if (!idempotencyHeader.isEmpty()) {
                own.putHeader(idempotencyHeader, value);
            }
        });
        return own;
    }
}
