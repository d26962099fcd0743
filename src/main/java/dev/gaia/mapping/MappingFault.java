package dev.gaia.mapping;

import java.io.Serial;

/** A mapping file that cannot be used, or a document it cannot be applied to; the message names file and line. */
public final class MappingFault extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    MappingFault(String message, Throwable cause) {
        super(message, cause);
    }

    public MappingFault(String message) {
        super(message);
    }
}
