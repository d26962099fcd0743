package dev.gaia.asset.meaning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.asset.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of the search by meaning under the names routes use. */
@Configuration(proxyBeanMethods = false)
class MeaningConfiguration {

    private static final int CALLS_SEEN = 10;
    private static final int CALLS_NEEDED = 3;
    private static final Duration LEFT_ALONE = Duration.ofSeconds(30);

    @Bean
    VectorIndex vectorIndex(EmbeddingSettings settings) {
        return new VectorIndex(settings.vectorsMax());
    }

    @Bean
    Meanings meanings(EmbeddingSettings settings, ProviderSettings providers, VectorIndex index) {
        String model = switch (settings.model()) {
            case "none" -> "";
            case "auto" -> providers.configured("embedding") ? settings.usualModel() : "";
            default -> settings.model();
        };
        return new Meanings(model, index);
    }

    /** A model that does not answer is left alone for a while, in which words are searched. */
    @Bean("asset-embedding")
    CircuitBreaker assetEmbedding(Meanings meanings) {
        var breaker = CircuitBreaker.of(
                "asset-embedding",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(CALLS_SEEN)
                        .minimumNumberOfCalls(CALLS_NEEDED)
                        .waitDurationInOpenState(LEFT_ALONE)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .ignoreExceptions(RejectedExecutionException.class)
                        .build());
        breaker.getEventPublisher()
                .onError(event -> meanings.keepAnswering(false))
                .onSuccess(event -> meanings.keepAnswering(true));
        return breaker;
    }

    /** Refuses vectors of another length, which would never be near anything. */
    @Bean
    Processor checkVectors() {
        return exchange -> {
            for (JsonNode vector : Vectors.inOrder(exchange.getMessage().getBody(JsonNode.class))) {
                Vectors.read(vector);
            }
        };
    }

    /** Fails as the model failed, or because it is left alone. */
    @Bean
    Processor refuseEmbedding() {
        return exchange -> {
            Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
            throw cause == null ? ProviderFailure.unavailable("Embedding model is left alone for a while") : cause;
        };
    }

    @Bean
    NearSteps nearSteps(Meanings meanings, VectorIndex index, EmbeddingSettings settings, ObjectMapper mapper) {
        return new NearSteps(meanings, index, settings, mapper);
    }

    @Bean
    Processor beginNear(NearSteps steps) {
        return steps::begin;
    }

    @Bean
    Processor searchByWords(NearSteps steps) {
        return steps::byWords;
    }

    @Bean
    Processor keepSearchVector(NearSteps steps) {
        return steps::keepVector;
    }

    @Bean
    Processor bindSearchVector(NearSteps steps) {
        return steps::bindVector;
    }

    @Bean
    Processor bindNear(NearSteps steps) {
        return steps::bindNear;
    }

    @Bean
    Processor findNear(NearSteps steps) {
        return steps::findNear;
    }

    @Bean
    EmbedSteps embedSteps(Meanings meanings, VectorIndex index, EmbeddingSettings settings, ObjectMapper mapper) {
        return new EmbedSteps(meanings, index, settings, mapper);
    }

    @Bean
    Processor beginEmbedding(EmbedSteps steps) {
        return steps::begin;
    }

    @Bean
    Processor takeMissingVectors(EmbedSteps steps) {
        return steps::takeMissing;
    }

    @Bean
    Processor bindVectors(EmbedSteps steps) {
        return steps::bindVectors;
    }

    @Bean
    Processor keepNearness(EmbedSteps steps) {
        return steps::keepNearness;
    }

    @Bean
    Processor beginReadingVectors(EmbedSteps steps) {
        return steps::beginReading;
    }

    @Bean
    Processor takeVectors(EmbedSteps steps) {
        return steps::takeVectors;
    }
}
