package dev.gaia.auth;

import dev.gaia.database.DatabaseSeed;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps that the credential routes name, and the failures they throw. */
@Configuration(proxyBeanMethods = false)
class AuthConfiguration {

    private static final InstantSource CLOCK = InstantSource.system();

    @Bean
    KnownCallers knownTokens(AuthSettings settings) {
        return new KnownCallers(settings.tokenCacheTtl(), settings.cacheMaxEntries(), CLOCK);
    }

    @Bean
    KnownCallers knownKeys(AuthSettings settings) {
        return new KnownCallers(settings.keyCacheTtl(), settings.cacheMaxEntries(), CLOCK);
    }

    @Bean
    RefusedKeys refusedKeys(AuthSettings settings) {
        return new RefusedKeys(settings.refusedKeyTtl(), settings.cacheMaxEntries());
    }

    @Bean
    TokenVerifier tokenVerifier(AuthSettings settings) {
        return TokenVerifier.create(settings.jwtSecret(), new TokenClaims(settings.jwtIssuer(), CLOCK));
    }

    @Bean
    RecallToken recallToken(KnownCallers knownTokens) {
        return new RecallToken(knownTokens);
    }

    @Bean
    VerifyToken verifyToken(TokenVerifier tokenVerifier, KnownCallers knownTokens) {
        return new VerifyToken(tokenVerifier, knownTokens);
    }

    @Bean
    RecallKey recallKey(KnownCallers knownKeys, RefusedKeys refusedKeys) {
        return new RecallKey(knownKeys, refusedKeys);
    }

    @Bean
    JudgeKey judgeKey(KnownCallers knownKeys, RefusedKeys refusedKeys) {
        return new JudgeKey(knownKeys, refusedKeys);
    }

    @Bean
    DatabaseSeed apiKeySeed(AuthSettings settings) {
        return new ApiKeySeed(settings.apiKey());
    }

    @Bean
    Failure notAdministrator() {
        return Failure.of(FailureCode.GATEWAY_FORBIDDEN);
    }

    @Bean
    Failure notAuthenticated() {
        return Failure.of(FailureCode.GATEWAY_NOT_AUTHENTICATED);
    }

    @Bean
    Failure badCredentials() {
        return Failure.of(FailureCode.GATEWAY_BAD_CREDENTIALS);
    }

    /** v0.3 answers 401 where the others answer 403. */
    @Bean
    Failure badCredentialsV03() {
        return Failure.of(FailureCode.GATEWAY_NOT_AUTHENTICATED, FailureCode.GATEWAY_BAD_CREDENTIALS.sentence());
    }

    @Bean
    Failure credentialStoreFailed() {
        return Failure.of(FailureCode.GATEWAY_CREDENTIAL_STORE);
    }

    @Bean
    Failure authInternal() {
        return Failure.of(FailureCode.AUTH_INTERNAL);
    }
}
