package dev.gaia;

import java.io.Serial;

/**
 * The process cannot start, for a reason its operator can mend. The message is one or more complete sentences and the
 * only thing the operator sees; the exit code is 1.
 */
public final class StartRefused extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public StartRefused(String sentence) {
        super(sentence, null, false, false);
    }
}
