package dev.gaia.auth;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * What a user's token must claim: audience {@code authenticated}, an end that has not come, no beginning that is yet to
 * come, all without leeway, and the issuer when one is configured. Spring's own check of times allows a minute.
 */
record TokenClaims(Optional<String> issuer, InstantSource clock) implements OAuth2TokenValidator<Jwt> {

    private static final String AUDIENCE = "authenticated";

    /** Roles of the identity provider's own tokens, which stand for no user. */
    private static final Set<String> ROLES_WITHOUT_USER = Set.of("anon", "service_role");

    private static final OAuth2TokenValidatorResult REFUSED =
            OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token"));

    @Override
    public OAuth2TokenValidatorResult validate(Jwt token) {
        Instant now = clock.instant();
        boolean accepted = hasAudience(token)
                && hasIssuer(token)
                && Optional.ofNullable(token.getExpiresAt())
                        .filter(now::isBefore)
                        .isPresent()
                && hasBegun(Optional.ofNullable(token.getNotBefore()), now)
                && hasBegun(Optional.ofNullable(token.getIssuedAt()), now)
                && !(token.getClaims().get("role") instanceof String role && ROLES_WITHOUT_USER.contains(role))
                && isSomebody(token);
        return accepted ? OAuth2TokenValidatorResult.success() : REFUSED;
    }

    /** The provider gives tokens to people it knows nothing about; whoever uses the platform has an account. */
    private static boolean isSomebody(Jwt token) {
        return Boolean.FALSE.equals(token.getClaims().getOrDefault("is_anonymous", false));
    }

    private static boolean hasAudience(Jwt token) {
        return Optional.ofNullable(token.getAudience())
                .filter(audience -> audience.contains(AUDIENCE))
                .isPresent();
    }

    private boolean hasIssuer(Jwt token) {
        return issuer.isEmpty() || issuer.get().equals(token.getClaimAsString("iss"));
    }

    private static boolean hasBegun(Optional<Instant> beginning, Instant now) {
        return beginning.isEmpty() || !beginning.get().isAfter(now);
    }
}
