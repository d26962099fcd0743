package dev.gaia.chat.provider;

import io.vertx.core.http.RequestOptions;
import java.util.List;

/**
 * One operation of a provider.
 *
 * @param options where to and with which headers
 * @param keys of the provider; the first one stands in {@code options}
 * @param idempotencyHeader header for the key of an attempt, empty for none
 * @param pool the provider's connections
 */
record UpstreamTarget(RequestOptions options, Keys keys, String idempotencyHeader, UpstreamPool pool) {

    /**
     * The keys of a provider.
     *
     * @param header that carries the key
     * @param values of that header, one for each key
     */
    record Keys(String header, List<String> values) {}

    /** Header of the request's id, which some providers repeat in their answer. */
    static final String REQUEST_ID = "X-Request-Id";

    /** What is asked for: pieces of a compressed stream would wait for each other. */
    private static final String PLAIN = "identity";

    private static final String COMPRESSED = "gzip";

    /** The options of one attempt: those of all, and what only it says. */
    RequestOptions optionsOf(Attempt attempt, boolean stream) {
        var own = new RequestOptions(options);
        if (attempt.key() > 0) {
            own.putHeader(keys.header(), keys.values().get(attempt.key()));
        }
        own.putHeader("Accept-Encoding", stream ? PLAIN : COMPRESSED);
        attempt.headers().forEach((name, value) -> {
            switch (name) {
                case Attempt.REQUEST_ID -> own.putHeader(REQUEST_ID, value);
                case Attempt.ACCEPT_ENCODING -> own.putHeader("Accept-Encoding", value);
                default -> {
                    if (!idempotencyHeader.isEmpty()) {
                        own.putHeader(idempotencyHeader, value);
                    }
                }
            }
        });
        return own;
    }
}
