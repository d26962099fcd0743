package dev.gaia.link;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import org.apache.camel.ProducerTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The link's beans; the names are what routes call them by. */
@Configuration(proxyBeanMethods = false)
class LinkConfiguration {

    @Bean
    Broker broker(NatsSettings settings) {
        return new Broker(settings, "gaia");
    }

    @Bean
    Link link(Broker broker, LinkSettings settings, ObjectMapper json) {
        return new Link(broker, settings, json);
    }

    @Bean
    MeterBinder linkFigures(Link link) {
        return meters -> {
            Gauge.builder("gaia.link.open", link, Link::open)
                    .description("Requests and streams over NATS that this process waits for or sends")
                    .register(meters);
            Gauge.builder(
                            "gaia.nats.connected",
                            link,
                            figures -> figures.broker().connected() ? 1 : 0)
                    .description("1 while the message broker is there")
                    .register(meters);
        };
    }

    @Bean
    GaiaNatsComponent nats(Link link) {
        return new GaiaNatsComponent(link);
    }

    @Bean
    AnswerNatsFailure answerNatsFailure(ObjectMapper json) {
        return new AnswerNatsFailure(json);
    }

    @Bean
    ReadServiceRequest readServiceRequest(ObjectMapper json) {
        return new ReadServiceRequest(json);
    }

    @Bean
    LinkFallback linkFallback(ProducerTemplate calls) {
        return new LinkFallback(calls);
    }

    @Bean
    WriteEvent writeEvent(ObjectMapper json) {
        return new WriteEvent(json);
    }

    @Bean
    CountDroppedEvent countDroppedEvent(Optional<MeterRegistry> meters) {
        return new CountDroppedEvent(meters.orElseGet(SimpleMeterRegistry::new));
    }

    @Bean
    CircuitBreakerRegistry circuitBreakerRegistry(LinkSettings settings) {
        return CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowSize(20)
                .minimumNumberOfCalls(10)
                .failureRateThreshold(50)
                .permittedNumberOfCallsInHalfOpenState(3)
                .waitDurationInOpenState(settings.breakerOpen())
                .recordException(LinkConfiguration::costsWaiting)
                .ignoreException(LinkConfiguration::costsNothing)
                .writableStackTraceEnabled(false)
                .build());
    }

    @Bean("link-auth")
    CircuitBreaker linkAuth(CircuitBreakerRegistry registry) {
        return registry.circuitBreaker("link-auth");
    }

    @Bean("link-chat")
    CircuitBreaker linkChat(CircuitBreakerRegistry registry) {
        return registry.circuitBreaker("link-chat");
    }

    @Bean("link-asset")
    CircuitBreaker linkAsset(CircuitBreakerRegistry registry) {
        return registry.circuitBreaker("link-asset");
    }

    /** A segment that lets requests wait is left alone for a while; what a segment decides is no fault of the link. */
    private static boolean costsWaiting(Throwable cause) {
        return cause instanceof LinkFailure failure && !costsNothing(failure);
    }

    /** These are known at once, so leaving the segment alone would only delay its return. */
    private static boolean costsNothing(Throwable cause) {
        return cause instanceof LinkFailure failure
                && switch (failure.kind()) {
                    case NO_RESPONDER, DISCONNECTED, OVERLOADED -> true;
                    case TIMEOUT, BROKEN -> false;
                };
    }
}
