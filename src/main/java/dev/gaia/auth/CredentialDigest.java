package dev.gaia.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The whole SHA-256 of a credential's UTF-8 bytes: key of the caches, and the only form in which an API key is looked
 * up. Four numbers instead of an array, so that it compares and hashes without copies.
 */
public record CredentialDigest(long first, long second, long third, long fourth) {

    public static CredentialDigest of(String credential) {
        var bytes = ByteBuffer.wrap(sha256().digest(credential.getBytes(StandardCharsets.UTF_8)));
        return new CredentialDigest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    /** 64 lower-case hexadecimal digits, as {@code api_keys.key_hash} holds them. */
    public String hex() {
        var digits = HexFormat.of();
        return digits.toHexDigits(first)
                + digits.toHexDigits(second)
                + digits.toHexDigits(third)
                + digits.toHexDigits(fourth);
    }

    /**
     * The first 64 of the 256 bits: enough to tell one credential from another in memory and in the notices between
     * processes, and useless to whoever reads such a notice.
     */
    long fingerprint() {
        return first;
    }

    /** Compares in constant time. */
    boolean isHex(String hex) {
        return MessageDigest.isEqual(
                hex().getBytes(StandardCharsets.US_ASCII), hex.getBytes(StandardCharsets.US_ASCII));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The digest is spread evenly already. */
    @Override
    public int hashCode() {
        return (int) first;
    }

    /** Digests of keys open nothing, but nobody needs them in logs either. */
    @Override
    public String toString() {
        return "CredentialDigest";
    }
}
