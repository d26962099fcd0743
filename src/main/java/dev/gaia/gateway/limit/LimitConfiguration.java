package dev.gaia.gateway.limit;

import java.time.InstantSource;
import java.util.Optional;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of limits under the names routes use. */
@Configuration(proxyBeanMethods = false)
class LimitConfiguration {

    private static final InstantSource CLOCK = InstantSource.system();

    @Bean
    SharedCounts sharedCounts(RateLimitSettings settings, ProducerTemplate routes) {
        return new SharedCounts(settings, routes);
    }

    @Bean
    LimitSteps limitSteps(RateLimitSettings settings, SharedCounts sharedCounts) {
        var shared = Optional.of(sharedCounts).filter(counts -> settings.all());
        return new LimitSteps(
                new RateLimits(settings, new LocalCounts(settings, System::nanoTime, CLOCK), shared, System::nanoTime));
    }

    @Bean
    Processor limitRate(LimitSteps limitSteps) {
        return limitSteps::limitRate;
    }

    @Bean
    Processor limitCaller(LimitSteps limitSteps) {
        return limitSteps::limitCaller;
    }
}
