package dev.gaia.spool;

import java.io.IOException;
import java.io.Serial;

/** The temporary files of this process have reached their limit; a moment later there may be room. */
public final class SpoolFullException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    SpoolFullException(int maxMb) {
        super("the temporary files of this process hold " + maxMb + " MiB, which is `gaia.spool.max-mb`");
    }
}
