package dev.gaia.auth.key;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.auth.JsonBodies;
import java.time.InstantSource;
import org.apache.camel.Processor;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps that the administrators' routes name. */
@Configuration(proxyBeanMethods = false)
class KeyAdministration {

    @Bean
    KeyRequests keyRequests(JsonBodies bodies, @Value("${gaia.environment}") String environment) {
        return new KeyRequests(bodies, environment, InstantSource.system());
    }

    @Bean
    KeyAnswers keyAnswers(ObjectMapper mapper) {
        return new KeyAnswers(mapper);
    }

    @Bean
    Processor readNewKey(KeyRequests keyRequests) {
        return keyRequests::readNewKey;
    }

    @Bean
    Processor readKeyChange(KeyRequests keyRequests) {
        return keyRequests::readChange;
    }

    @Bean
    Processor readKeyRotation(KeyRequests keyRequests) {
        return keyRequests::readRotation;
    }

    @Bean
    Processor readKeyId(KeyRequests keyRequests) {
        return keyRequests::readId;
    }

    @Bean
    Processor requireKey(KeyAnswers keyAnswers) {
        return keyAnswers::requireKey;
    }

    @Bean
    Processor tellKey(KeyAnswers keyAnswers) {
        return keyAnswers::tellKey;
    }

    @Bean
    Processor tellNewKey(KeyAnswers keyAnswers) {
        return keyAnswers::tellNewKey;
    }

    @Bean
    Processor tellKeys(KeyAnswers keyAnswers) {
        return keyAnswers::tellKeys;
    }

    @Bean
    Processor tellKeyRevoked(KeyAnswers keyAnswers) {
        return keyAnswers::tellNothing;
    }
}
