package dev.gaia.auth.account;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.auth.JsonBodies;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.util.List;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What each account flow requires of its request, and the failures they throw. */
@Configuration(proxyBeanMethods = false)
class AccountConfiguration {

    @Bean
    Processor requireEmailAndPassword(JsonBodies bodies) {
        return new RequireTexts(bodies, List.of("email", "password"));
    }

    @Bean
    Processor requireRefreshToken(JsonBodies bodies) {
        return new RequireTexts(bodies, List.of("refresh_token"));
    }

    @Bean
    Processor requireTokenAndEmail(JsonBodies bodies) {
        return new RequireTexts(bodies, List.of("token", "email"));
    }

    @Bean
    Processor requireEmail(JsonBodies bodies) {
        return new RequireTexts(bodies, List.of("email"));
    }

    /** Keeps the request as variable {@code request}, for a mapping of the answer. */
    @Bean
    Processor keepRequest() {
        return exchange -> exchange.setVariable("request", exchange.getMessage().getBody(JsonNode.class));
    }

    @Bean
    Failure apiKeyMissing() {
        return Failure.invalid(FailureCode.GATEWAY_INVALID_REQUEST, List.of(Issue.missing("header", "X-API-Key")));
    }

    @Bean
    Failure apiKeyInvalid() {
        return Failure.of(FailureCode.GATEWAY_NOT_AUTHENTICATED, "Invalid API key");
    }

    @Bean
    Failure authProviderUnavailable() {
        return Failure.of(FailureCode.AUTH_PROVIDER_UNAVAILABLE);
    }
}
