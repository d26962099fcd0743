package dev.gaia.auth;

/** What a client shows as its API key: any text, within reason. */
final class KeyText {

    /** Stands for what cannot be a key. No known text has this digest, so the store does not know it. */
    static final CredentialDigest NO_KEY = new CredentialDigest(0, 0, 0, 0);

    private static final int MAX_CHARACTERS = 4_096;

    private KeyText() {}

    static CredentialDigest digest(String key) {
        return key.length() <= MAX_CHARACTERS ? CredentialDigest.of(key) : NO_KEY;
    }
}
