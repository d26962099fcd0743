package dev.gaia.embedded;

import java.io.Serial;

/** A stand-in could not start. The message is one sentence for the person at the terminal: what failed, what to do. */
public final class EmbeddedStartException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    EmbeddedStartException(String sentence) {
        super(sentence);
    }

    EmbeddedStartException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
