package dev.gaia.auth.provider;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.Optional;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The identity provider's beans; the names are what routes call them by. */
@Configuration(proxyBeanMethods = false)
class ProviderConfiguration {

    @Bean
    ProviderChoice providerChoice(Environment settings) {
        return ProviderChoice.of(settings);
    }

    @Bean
    ProviderAddress providerAddress(
            ProviderChoice choice,
            @Value("${gaia.auth.supabase-url}") String supabaseUrl,
            @Value("${gaia.gateway.host}") String host,
            ObjectProvider<PlatformHttpEngine> edge) {
        return new ProviderAddress(
                choice,
                ProviderChoice.supabase(supabaseUrl),
                host,
                () -> edge.getObject().getServerPort());
    }

    @Bean
    BoundedHttp providerHttp(ProviderSettings settings) {
        return new BoundedHttp(settings.timeout(), settings.bodyMaxBytes(), settings.inFlightMax());
    }

    @Bean("supabase")
    SupabaseComponent supabase(
            BoundedHttp providerHttp,
            ProviderAddress address,
            @Value("${gaia.auth.supabase-anon-key}") String publicKey,
            ObjectMapper mapper) {
        return new SupabaseComponent(
                providerHttp, address, Optional.of(publicKey.strip()).filter(key -> !key.isEmpty()), mapper);
    }

    /** One for all operations: they share the provider, so one that is away is not asked by each of them anew. */
    @Bean("identity-provider")
    CircuitBreaker identityProvider(ProviderSettings settings) {
        return CircuitBreaker.of(
                "identity-provider",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(20)
                        .minimumNumberOfCalls(5)
                        .failureRateThreshold(50)
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .waitDurationInOpenState(settings.breakerOpen())
                        .writableStackTraceEnabled(false)
                        .build());
    }
}
