package dev.gaia.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Signs access tokens: HS256 with the shared secret when there is one, else ES256 with a key pair of this process's own.
 * Its private half is nowhere but in memory, so that neither a dump of the database nor a backup can sign; the public
 * half is published with the first token and stays until the last token is over. A restart makes a new pair.
 */
final class SigningKey {

    private static final int MIN_SECRET_BYTES = 32;

    private final JWSHeader header;
    private final JWSSigner signer;
    private final Optional<String> publicKey;

    private SigningKey(JWSHeader header, JWSSigner signer, Optional<String> publicKey) {
        this.header = header;
        this.signer = signer;
        this.publicKey = publicKey;
    }

    static SigningKey of(Optional<String> secret) {
        try {
            return secret.isPresent() ? shared(secret.get()) : generated();
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform has these algorithms", e);
        }
    }

    /** Padded with zero bytes like the verifier's, which signs the same (RFC 2104, 2). */
    private static SigningKey shared(String secret) throws JOSEException {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        byte[] key = Arrays.copyOf(bytes, Math.max(bytes.length, MIN_SECRET_BYTES));
        return new SigningKey(new JWSHeader(JWSAlgorithm.HS256), new MACSigner(key), Optional.empty());
    }

    private static SigningKey generated() throws JOSEException {
        var pair = new ECKeyGenerator(Curve.P_256)
                .keyID(UUID.randomUUID().toString())
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .generate();
        var header =
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(pair.getKeyID()).build();
        return new SigningKey(
                header, new ECDSASigner(pair), Optional.of(pair.toPublicJWK().toJSONString()));
    }

    String sign(Map<String, Object> claims) {
        var token = new JWSObject(header, new Payload(claims));
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that was just made does not sign", e);
        }
        return token.serialize();
    }

    /** Empty for a shared secret. */
    String kid() {
        return publicKey.map(key -> header.getKeyID()).orElse("");
    }

    /** The public half as JWK; an empty object for a shared secret. */
    String publicJwk() {
        return publicKey.orElse("{}");
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "SigningKey[" + header.getAlgorithm() + "]";
    }
}
