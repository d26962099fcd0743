package dev.gaia.ops;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.routes.Services;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The management port and its pages. */
@Configuration(proxyBeanMethods = false)
class ManagementConfiguration {

    @Bean
    ManagementServer managementServer(
            ManagementSettings management,
            ObjectMapper json,
            HealthEndpoint health,
            PrometheusMeterRegistry figures,
            Services services,
            Optional<BuildProperties> build,
            Environment settings) {
        return new ManagementServer(management, new ManagementPages(json, health, figures, services, build, settings));
    }
}
