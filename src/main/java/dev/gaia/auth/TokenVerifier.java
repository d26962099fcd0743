package dev.gaia.auth;

import com.nimbusds.jose.JWSObject;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
 * Verifies HS256 tokens from local material; the identity provider is not asked. Whatever is wrong with a token, it is
 * simply not valid: the caller learns nothing about which check failed.
 */
final class TokenVerifier {

    private static final Logger log = LoggerFactory.getLogger("gaia.auth");

    /** Supabase's tokens have about 1,000 characters; anything of this size is an attempt to cost us work. */
    private static final int MAX_CHARACTERS = 16_384;

    /** Shortest key Nimbus takes for HS256, in bytes. */
    private static final int MIN_KEY_BYTES = 32;

    private static final MappedJwtClaimSetConverter CONVERTER = MappedJwtClaimSetConverter.withDefaults(Map.of());

    private final Optional<NimbusJwtDecoder> decoder;

    private TokenVerifier(Optional<NimbusJwtDecoder> decoder) {
        this.decoder = decoder;
    }

    /** Without a secret no token is valid. */
    static TokenVerifier create(Optional<String> secret, OAuth2TokenValidator<Jwt> claims) {
        return new TokenVerifier(secret.map(text -> decoder(text, claims)));
    }

    Optional<VerifiedToken> verify(String token) {
        if (decoder.isEmpty() || token.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        try {
            Jwt verified = decoder.get().decode(token);
            if (!(claim(token, "sub") instanceof String subject) || subject.isBlank()) {
                return Optional.empty();
            }
            var email = verified.getClaims().get("email") instanceof String text && !text.isBlank()
                    ? Optional.of(text)
                    : Optional.<String>empty();
            var caller = new Caller(subject, Caller.Kind.TOKEN, email, isAdmin(verified));
            return Optional.of(new VerifiedToken(caller, verified.getExpiresAt()));
        } catch (JwtException | IllegalArgumentException | ArithmeticException | ParseException e) {
            // The library also trips over absurd claim values; its message may quote the token, so only the type is
            // told.
            log.debug("token refused: {}", e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    /** Only {@code app_metadata} counts, which the identity provider writes; users can write {@code user_metadata}. */
    private static boolean isAdmin(Jwt token) {
        return token.getClaims().get("app_metadata") instanceof Map<?, ?> metadata
                && "admin".equals(metadata.get("role"));
    }

    /** As it stands in the token: the library turns a number into text, which the contract calls invalid. */
    private static Object claim(String token, String name) throws ParseException {
        return JWSObject.parse(token).getPayload().toJSONObject().get(name);
    }

    /** Spring's conversion, which invents a beginning just before the end when the token names none. */
    private static Map<String, Object> claims(Map<String, Object> token) {
        var converted = new HashMap<>(CONVERTER.convert(token));
        converted.keySet().retainAll(token.keySet());
        return converted;
    }

    private static NimbusJwtDecoder decoder(String secret, OAuth2TokenValidator<Jwt> claims) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_KEY_BYTES) {
            log.warn(
                    "SUPABASE_JWT_SECRET has {} bytes; with fewer than {} its tokens can be forged by guessing.",
                    bytes.length,
                    MIN_KEY_BYTES);
            // HMAC itself fills a short key with zero bytes (RFC 2104, 2), so the padded key signs the same.
            bytes = Arrays.copyOf(bytes, MIN_KEY_BYTES);
        }
        var decoder = NimbusJwtDecoder.withSecretKey(new SecretKeySpec(bytes, "HmacSHA256"))
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
        decoder.setClaimSetConverter(TokenVerifier::claims);
        decoder.setJwtValidator(claims);
        return decoder;
    }
}
