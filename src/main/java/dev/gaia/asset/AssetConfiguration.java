package dev.gaia.asset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps and refusals that several flows of the asset segment share. */
@Configuration(proxyBeanMethods = false)
class AssetConfiguration {

    /** Keeps requests from waiting for a database that is away; one of them looks again after the pause. */
    @Bean("asset-database")
    CircuitBreaker assetDatabase(AssetSettings settings) {
        var config = CircuitBreakerConfig.custom()
                .slidingWindowSize(10)
                .minimumNumberOfCalls(3)
                .waitDurationInOpenState(settings.databasePause())
                .permittedNumberOfCallsInHalfOpenState(1)
                .recordException(DatabaseTrouble::away)
                .build();
        return CircuitBreaker.of("asset-database", config);
    }

    @Bean
    Processor judgeDatabaseTrouble() {
        return new DatabaseTrouble();
    }

    @Bean
    Failure assetNotFound() {
        return Failure.of(FailureCode.ASSET_NOT_FOUND);
    }

    @Bean
    Failure generationNotFound() {
        return Failure.of(FailureCode.ASSET_NOT_FOUND, "Generation not found");
    }

    /** Refuses whoever does not administrate the platform. */
    @Bean
    Processor requireAdministrator() {
        return exchange -> {
            if (!Exchanges.admin(exchange)) {
                throw Failure.of(FailureCode.ASSET_PERMISSION_DENIED);
            }
        };
    }

    /** Throws again what a {@code doCatch} has caught, after it put things in order. */
    @Bean
    Processor passFailureOn() {
        return exchange -> {
            throw exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        };
    }

    /** Binds the caller for the statements that follow. */
    @Bean
    Processor bindCaller() {
        return exchange -> {
            exchange.getMessage().setHeader("assetUser", Exchanges.user(exchange));
            exchange.getMessage().setHeader("assetAdmin", Boolean.toString(Exchanges.admin(exchange)));
        };
    }

    /** Adds how long the search took, in milliseconds. */
    @Bean
    Processor noteQueryTime() {
        return exchange -> {
            long started = exchange.getVariable("startedNanos", System.nanoTime(), Long.class);
            exchange.getMessage()
                    .getBody(ObjectNode.class)
                    .put("query_time_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
        };
    }
}
