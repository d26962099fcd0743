package dev.gaia.auth.provider;

import java.io.Serial;

/**
 * The identity provider gave no usable answer. The message is for the log: it says what happened, without address, key
 * or anything the provider said.
 */
public final class ProviderUnavailable extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    public ProviderUnavailable(String message) {
        super(message, null, false, false);
    }
}
