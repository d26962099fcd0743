package dev.gaia.ops;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.spi.RoutePolicyFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Figures of every route. */
@Configuration(proxyBeanMethods = false)
class FiguresConfiguration {

    /** One set of meters for each route id, which a reloaded route goes on using. */
    @Bean
    RoutePolicyFactory routeFigures(MeterRegistry registry) {
        Map<String, RouteFigures> known = new ConcurrentHashMap<>();
        return (context, routeId, definition) -> known.computeIfAbsent(routeId, id -> new RouteFigures(registry, id));
    }
}
