package dev.gaia.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens for tests: good ones, and ones with any wish of an attacker. */
final class Tokens {

    static final String USER = "7d8a1c52-0b6e-4a51-9f63-2f0a5f3f9c11";

    private Tokens() {}

    static String good() {
        return sign(CredentialRoutes.SECRET, claims().build());
    }

    static JWTClaimsSet.Builder claims() {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .subject(USER)
                .audience("authenticated")
                .claim("email", "user@example.com")
                .claim("role", "authenticated")
                .issueTime(Date.from(now.minusSeconds(5)))
                .expirationTime(Date.from(now.plus(Duration.ofHours(1))));
    }

    static String sign(String secret, JWTClaimsSet claims) {
        return sign(JWSAlgorithm.HS256, secret, claims);
    }

    static String sign(JWSAlgorithm algorithm, String secret, JWTClaimsSet claims) {
        try {
            var token = new SignedJWT(new JWSHeader(algorithm), claims);
            byte[] key = secret.getBytes(StandardCharsets.UTF_8);
            token.sign(new MACSigner(Arrays.copyOf(key, Math.max(key.length, 64))));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Header and payload as given, signed properly with HS256 whatever the header says. */
    static String raw(String header, String payload) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        String text = encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(payload.getBytes(StandardCharsets.UTF_8));
        return text + "." + encoder.encodeToString(hmac(text));
    }

    static byte[] hmac(String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(CredentialRoutes.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, Object> bearer(String token) {
        return Map.of("Authorization", "Bearer " + token);
    }
}
