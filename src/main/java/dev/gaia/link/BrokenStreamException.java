package dev.gaia.link;

import java.io.IOException;
import java.io.Serial;

/** A stream ended before its proper end; what was read so far is right, but not all. The message says why. */
public final class BrokenStreamException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    BrokenStreamException(String message) {
        super(message);
    }
}
