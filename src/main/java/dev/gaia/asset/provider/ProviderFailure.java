package dev.gaia.asset.provider;

import dev.gaia.error.FailureCode;
import java.io.Serial;

/**
 * A provider of assets gave no result. Carries what the caller may read, and whether another provider should be asked.
 */
public final class ProviderFailure extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final boolean anotherMayHelp;
    private final boolean ofProvider;
    private final int status;

    private ProviderFailure(FailureCode code, String message, boolean anotherMayHelp, boolean ofProvider) {
        this(code, message, anotherMayHelp, ofProvider, 0);
    }

    private ProviderFailure(FailureCode code, String message, boolean anotherMayHelp, boolean ofProvider, int status) {
        super("Asset request failed: " + message, null, false, false);
        this.code = code;
        this.anotherMayHelp = anotherMayHelp;
        this.ofProvider = ofProvider;
        this.status = status;
    }

    /** The provider is away, rejects our key or account, or sends too much or nonsense. */
    public static ProviderFailure unavailable(String message) {
        return new ProviderFailure(FailureCode.ASSET_PROVIDER_UNAVAILABLE, message, true, true);
    }

    /** The provider failed on the request. */
    public static ProviderFailure failed(String message) {
        return new ProviderFailure(FailureCode.ASSET_PROVIDER_ERROR, message, true, true);
    }

    /** The provider calls the request wrong, as others would; {@code status} is its answer's. */
    public static ProviderFailure refused(String message, int status) {
        return new ProviderFailure(FailureCode.ASSET_PROVIDER_ERROR, message, false, false, status);
    }

    /** The provider refuses what is asked for; nobody else is asked then. */
    public static ProviderFailure rejected(String message) {
        return new ProviderFailure(FailureCode.ASSET_CONTENT_REJECTED, message, false, false);
    }

    public static ProviderFailure timedOut(String message) {
        return new ProviderFailure(FailureCode.ASSET_PROVIDER_TIMEOUT, message, true, true);
    }

    public FailureCode code() {
        return code;
    }

    /** With what status the provider calls the request wrong, such as 404; 0 for every other failure. */
    public int status() {
        return status;
    }

    public boolean anotherMayHelp() {
        return anotherMayHelp;
    }

    /** Does this count against the provider? What it refuses does not. */
    public boolean ofProvider() {
        return ofProvider;
    }
}
