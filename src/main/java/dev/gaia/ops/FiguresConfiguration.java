package dev.gaia.ops;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.spi.RoutePolicyFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Figures of every route, and of what routes depend on. */
@Configuration(proxyBeanMethods = false)
class FiguresConfiguration {

    /** One set of meters for each route id, which a reloaded route goes on using. */
    @Bean
    RoutePolicyFactory routeFigures(MeterRegistry registry) {
        Map<String, RouteFigures> known = new ConcurrentHashMap<>();
        return (context, routeId, definition) -> known.computeIfAbsent(routeId, id -> new RouteFigures(registry, id));
    }

    @Bean
    MeterBinder dependencyFigures(List<Dependency> dependencies) {
        return registry -> dependencies.forEach(dependency -> Gauge.builder(
                        "gaia.dependency.up", dependency, known -> known.state().up() ? 1 : 0)
                .description("1 when it answered when it was last asked; 0 also when it is not configured")
                .tag("dependency", dependency.name())
                .register(registry));
    }

    /** Of every breaker that routes name; they are all beans. */
    @Bean
    MeterBinder breakerFigures(ObjectProvider<CircuitBreaker> breakers) {
        return registry -> breakers.stream()
                .forEach(breaker -> Gauge.builder("gaia.breaker.open", breaker, FiguresConfiguration::open)
                        .description("1 while calls are not even tried")
                        .tag("breaker", breaker.getName())
                        .register(registry));
    }

    private static int open(CircuitBreaker breaker) {
        return breaker.getState() == CircuitBreaker.State.OPEN ? 1 : 0;
    }
}
