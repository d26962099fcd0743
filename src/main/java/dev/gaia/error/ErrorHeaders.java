package dev.gaia.error;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Forgets what the failed route had prepared, so that an error never goes out with the head of a success. */
final class ErrorHeaders {

    private ErrorHeaders() {}

    /** Keeps the internal headers and what the request was; removes all others. */
    static void clear(Message message) {
        message.removeHeaders("*", "gaia-*", Exchange.HTTP_METHOD, Exchange.HTTP_PATH);
    }
}
