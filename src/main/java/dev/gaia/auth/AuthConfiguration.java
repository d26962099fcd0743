package dev.gaia.auth;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.auth.provider.BoundedHttp;
import dev.gaia.auth.provider.ProviderAddress;
import dev.gaia.auth.provider.ProviderChoice;
import dev.gaia.database.DatabaseSeed;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps that the credential routes name, and the failures they throw. */
@Configuration(proxyBeanMethods = false)
class AuthConfiguration {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration LOCAL_PAUSE = Duration.ofMillis(200);

    /** One by the cache, one in its background. */
    private static final int KEY_CALLS_MAX = 2;

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

    /** The local provider's keys are a look into the database away, so a new one may be looked for at once. */
    @Bean(destroyMethod = "close")
    ProviderKeys providerKeys(JwksSettings settings, ProviderAddress provider, ObjectProvider<ProducerTemplate> calls) {
        if (settings.url().isPresent() || provider.choice() == ProviderChoice.SUPABASE) {
            var http = new BoundedHttp(settings.timeout(), settings.bodyMaxBytes(), KEY_CALLS_MAX);
            var url = settings.url().orElseGet(() -> provider.base().orElseThrow() + "/auth/v1/.well-known/jwks.json");
            return ProviderKeys.of(new RemoteKeySet(http, () -> url), settings, settings.pause());
        }
        return provider.choice() == ProviderChoice.LOCAL
                ? ProviderKeys.of(new LocalKeySet(calls::getObject), settings, LOCAL_PAUSE)
                : ProviderKeys.none();
    }

    @Bean
    TokenVerifier tokenVerifier(AuthSettings settings, ProviderKeys keys) {
        return TokenVerifier.create(settings.jwtSecret(), keys.source(), new TokenClaims(settings.jwtIssuer(), CLOCK));
    }

    @Bean
    RecallToken recallToken(KnownCallers knownTokens) {
        return new RecallToken(knownTokens);
    }

    @Bean
    VerifyToken verifyToken(TokenVerifier tokenVerifier, KnownCallers knownTokens, EndedSessions endedSessions) {
        return new VerifyToken(tokenVerifier, knownTokens, endedSessions);
    }

    @Bean
    EndedSessions endedSessions(KnownCallers knownTokens, AuthSettings settings) {
        return new EndedSessions(knownTokens, settings.cacheMaxEntries());
    }

    @Bean
    SessionSteps sessionSteps(EndedSessions endedSessions, ObjectMapper mapper) {
        return new SessionSteps(endedSessions, mapper);
    }

    @Bean
    Processor readSessionEnded(SessionSteps steps) {
        return steps::readSessionEnded;
    }

    @Bean
    Processor writeSessionEnded(SessionSteps steps) {
        return steps::writeSessionEnded;
    }

    @Bean
    Processor forgetSession(SessionSteps steps) {
        return steps::forgetSession;
    }

    @Bean
    Processor judgeSession(SessionSteps steps) {
        return steps::judgeSession;
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
