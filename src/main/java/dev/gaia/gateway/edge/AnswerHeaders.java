package dev.gaia.gateway.edge;

import io.vertx.core.http.HttpHeaders;

/** Names and values the edge writes on every answer, kept in the form that needs neither hashing nor encoding again. */
final class AnswerHeaders {

    static final CharSequence ALLOW = HttpHeaders.createOptimized("allow");
    static final CharSequence CLOSE = HttpHeaders.createOptimized("close");
    static final CharSequence CONNECTION = HttpHeaders.createOptimized("connection");
    static final CharSequence CONTENT_ENCODING = HttpHeaders.createOptimized("content-encoding");
    static final CharSequence CONTENT_TYPE = HttpHeaders.createOptimized("content-type");
    static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("x-content-type-options");
    static final CharSequence DATE = HttpHeaders.createOptimized("date");
    static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");
    static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("retry-after");
    static final CharSequence VARY = HttpHeaders.createOptimized("vary");

    private AnswerHeaders() {}
}
