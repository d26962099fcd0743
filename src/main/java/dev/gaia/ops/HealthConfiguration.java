package dev.gaia.ops;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckRepository;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Camel's checks as entries of the health page: one for each route, one for each dependency. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

    /** Camel knows the routes as a repository; the dependencies join as checks of their own. */
    @Bean
    CamelContextConfiguration registerHealthChecks(List<Dependency> dependencies) {
        return new CamelContextConfiguration() {
            @Override
            public void beforeApplicationStart(CamelContext context) {
                var registry = HealthCheckRegistry.get(context);
                registry.setExposureLevel("full");
                registry.register(registry.resolveById("routes"));
                dependencies.forEach(dependency -> registry.register(new DependencyCheck(dependency)));
            }

            @Override
            public void afterApplicationStart(CamelContext context) {
                // Nothing: the checks are asked, they do not run by themselves.
            }
        };
    }

    /** Whether the routes came up; the process is not ready before. */
    @Bean
    HealthIndicator startHealthIndicator(CamelContext context) {
        return () -> context.isStarted() && !context.getRouteController().isStartingRoutes()
                ? Health.up().build()
                : Health.outOfService().build();
    }

    @Bean
    HealthContributor routesHealthContributor(CamelContext context) {
        return new CheckContributors(() -> HealthCheckRegistry.get(context)
                .getRepository("routes")
                .map(HealthCheckRepository::stream)
                .orElseGet(Stream::empty));
    }

    @Bean
    HealthContributor dependenciesHealthContributor(CamelContext context) {
        return new CheckContributors(() -> HealthCheckRegistry.get(context).stream()
                .filter(check -> DependencyCheck.GROUP.equals(check.getGroup())));
    }
}
