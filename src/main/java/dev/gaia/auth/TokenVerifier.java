package dev.gaia.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.MappedJwtClaimSetConverter;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * Verifies tokens from local material: HS256 with the shared secret, ES256 and RS256 with the identity provider's public
 * key of that {@code kid}. Each algorithm has keys of its own, so a public key never serves as a shared secret. Whatever
 * is wrong with a token, it is simply not valid: the caller learns nothing about which check failed.
 */
public final class TokenVerifier {

    private static final Logger log = LoggerFactory.getLogger("gaia.auth");

    /** Supabase's tokens have about 1,000 characters; anything of this size is an attempt to cost us work. */
    private static final int MAX_CHARACTERS = 16_384;

    /** Shortest key Nimbus takes for HS256, in bytes. */
    private static final int MIN_KEY_BYTES = 32;

    private static final Set<JWSAlgorithm> PUBLIC_KEY_ALGORITHMS = Set.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256);

    private static final MappedJwtClaimSetConverter CONVERTER = MappedJwtClaimSetConverter.withDefaults(Map.of());

    private final Optional<NimbusJwtDecoder> sharedSecret;
    private final Optional<NimbusJwtDecoder> publicKeys;

    private TokenVerifier(Optional<NimbusJwtDecoder> sharedSecret, Optional<NimbusJwtDecoder> publicKeys) {
        this.sharedSecret = sharedSecret;
        this.publicKeys = publicKeys;
    }

    /** Without a secret no HS256 token is valid, without keys no other. */
    static TokenVerifier create(
            Optional<String> secret, Optional<JWKSource<SecurityContext>> keys, OAuth2TokenValidator<Jwt> claims) {
        return new TokenVerifier(
                secret.map(text -> checking(secretDecoder(text), claims)),
                keys.map(source -> checking(keyDecoder(source), claims)));
    }

    public Optional<VerifiedToken> verify(String token) {
        if (token.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        try {
            var parsed = SignedJWT.parse(token);
            var decoder = decoder(parsed.getHeader());
            if (decoder.isEmpty()) {
                return Optional.empty();
            }
            Jwt verified = decoder.get().decode(token);
            // As it stands in the token: the library turns a number into text, which the contract calls invalid.
            Map<String, Object> claims = parsed.getPayload().toJSONObject();
            return text(claims, "sub").map(subject -> {
                var caller = new Caller(subject, Caller.Kind.TOKEN, text(claims, "email"), isAdmin(verified));
                return new VerifiedToken(caller, verified.getExpiresAt(), text(claims, "session_id"));
            });
        } catch (JwtException | IllegalArgumentException | ArithmeticException | ParseException e) {
            // The library also trips over absurd claim values; its message may quote the token, so only the type is
            // told.
            log.debug("token refused: {}", e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    /** The key is found by what we know, never by what the token brings along or where it says that keys are. */
    private Optional<NimbusJwtDecoder> decoder(JWSHeader header) {
        if (header.getJWK() != null
                || header.getJWKURL() != null
                || header.getX509CertURL() != null
                || header.getX509CertChain() != null) {
            return Optional.empty();
        }
        if (JWSAlgorithm.HS256.equals(header.getAlgorithm())) {
            return sharedSecret;
        }
        return PUBLIC_KEY_ALGORITHMS.contains(header.getAlgorithm()) && header.getKeyID() != null
                ? publicKeys
                : Optional.empty();
    }

    /** Only {@code app_metadata} counts, which the identity provider writes; users can write {@code user_metadata}. */
    private static boolean isAdmin(Jwt token) {
        return token.getClaims().get("app_metadata") instanceof Map<?, ?> metadata
                && "admin".equals(metadata.get("role"));
    }

    private static Optional<String> text(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
    }

    /** Spring's conversion, which invents a beginning just before the end when the token names none. */
    private static Map<String, Object> claims(Map<String, Object> token) {
        var converted = new HashMap<>(CONVERTER.convert(token));
        converted.keySet().retainAll(token.keySet());
        return converted;
    }

    private static NimbusJwtDecoder checking(NimbusJwtDecoder decoder, OAuth2TokenValidator<Jwt> claims) {
        decoder.setClaimSetConverter(TokenVerifier::claims);
        decoder.setJwtValidator(claims);
        return decoder;
    }

    private static NimbusJwtDecoder secretDecoder(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_KEY_BYTES) {
            log.warn(
                    "SUPABASE_JWT_SECRET has {} bytes; with fewer than {} its tokens can be forged by guessing.",
                    bytes.length,
                    MIN_KEY_BYTES);
            // HMAC itself fills a short key with zero bytes (RFC 2104, 2), so the padded key signs the same.
            bytes = Arrays.copyOf(bytes, MIN_KEY_BYTES);
        }
        return NimbusJwtDecoder.withSecretKey(new SecretKeySpec(bytes, "HmacSHA256"))
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
    }

    private static NimbusJwtDecoder keyDecoder(JWKSource<SecurityContext> keys) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(PUBLIC_KEY_ALGORITHMS, keys));
        // The claims are Spring's to check, by our own rules.
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        return new NimbusJwtDecoder(processor);
    }
}
