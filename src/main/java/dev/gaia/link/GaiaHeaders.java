package dev.gaia.link;

/**
 * The internal headers: set by the gateway, carried by links, trusted by segments. The edges remove whatever a client
 * sends under this prefix.
 */
public final class GaiaHeaders {

    /** Every internal header starts with this, in lower case. */
    public static final String PREFIX = "gaia-";

    /** One per client request, in every log line, event and answer. */
    public static final String REQUEST_ID = "gaia-request-id";

    /** Stable id of the caller: claim {@code sub} or owner of the key. */
    public static final String USER_ID = "gaia-user-id";

    /** {@code jwt} or {@code user_api_key}. */
    public static final String AUTH_TYPE = "gaia-auth-type";

    /** E-mail address of the caller, when the credential names one. */
    public static final String USER_EMAIL = "gaia-user-email";

    /** {@code true} when the caller administrates the platform; absent for everybody else. */
    public static final String ADMIN = "gaia-admin";

    /** Address of the client's end of the connection. */
    public static final String CLIENT_ADDRESS = "gaia-client-address";

    private GaiaHeaders() {}
}
