package dev.gaia.auth;

/** Exchange variables of the credential routes; routes spell the same names. */
final class CredentialVariables {

    /** Text of the token to verify; absent when none was given. */
    static final String TOKEN = "token";

    /** {@link CredentialDigest} of the token, once it was looked at. */
    static final String TOKEN_DIGEST = "tokenDigest";

    /** Session of a token that was just verified; absent for one that was remembered. */
    static final String TOKEN_SESSION = "tokenSession";

    /** A session that ended. */
    static final String ENDED_SESSION = "endedSession";

    /** {@link CredentialDigest} of the API key to look up; absent when none was given. The key itself is not kept. */
    static final String KEY_DIGEST = "keyDigest";

    /** {@link Caller}, once a credential was good. */
    static final String CALLER = "caller";

    /** {@link #REFUSED} or {@link #FAILING}; absent before the key was looked at, and when it was good. */
    static final String KEY_VERDICT = "keyVerdict";

    static final String REFUSED = "refused";
    static final String FAILING = "failing";

    private CredentialVariables() {}
}
