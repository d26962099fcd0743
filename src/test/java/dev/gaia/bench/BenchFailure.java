package dev.gaia.bench;

import java.io.Serial;

/** The bench cannot go on; the message is a sentence for the person at the terminal. */
final class BenchFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    BenchFailure(String message) {
        super(message);
    }
}
