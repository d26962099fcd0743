package dev.gaia.chat.provider;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;

/** What the headers of a provider's answer say of the rest. */
record AnswerHead(HttpClientResponse response) {

    private static final String EVENT_STREAM = "text/event-stream";

    boolean eventStream() {
        var type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.regionMatches(true, 0, EVENT_STREAM, 0, EVENT_STREAM.length());
    }

    /** How the body is compressed; empty when it is not. */
    String encoding() {
        var encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
        return encoding == null || encoding.isBlank() || "identity".equalsIgnoreCase(encoding.strip()) ? "" : encoding;
    }

    /**
     * True for the answer to another of our requests, which providers that repeat the request's id give away (failures
     * F34). An id that is none of ours is the provider's own.
     *
     * @param requestId of the request that is to be answered
     * @param sent the requests that were sent to the same provider of late
     */
    boolean answersAnother(String requestId, RecentIds sent) {
        var told = response.getHeader(UpstreamTarget.REQUEST_ID);
        return told != null && !told.isEmpty() && !told.equals(requestId) && sent.contains(told);
    }
}
