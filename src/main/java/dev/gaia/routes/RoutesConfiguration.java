package dev.gaia.routes;

import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What other parts may ask about the routes of this process. */
@Configuration(proxyBeanMethods = false)
class RoutesConfiguration {

    /** Which services this process runs. */
    @Bean
    Services services(Environment settings) {
        return Services.parse(settings.getProperty("gaia.services", ""));
    }

    @Bean
    RouteDiagnosis routeDiagnosis(Environment settings, ConfigurableListableBeanFactory beans) {
        return RouteDiagnosis.of(settings, beans);
    }

    @Bean
    RouteDoors routeDoors(Environment settings) {
        return new RouteDoors(settings.getProperty("gaia.routes-reload", Boolean.class, false));
    }

    /** Takes the place of the one that Camel would make. */
    @Bean("direct-component")
    @ConditionalOnBooleanProperty("gaia.routes-reload")
    PatientDirect patientDirect(RouteDoors doors) {
        return new PatientDirect(doors);
    }

    /** Takes up changed route files while the process runs; for developing. */
    @Bean
    @ConditionalOnBooleanProperty("gaia.routes-reload")
    CamelContextConfiguration routesReload(RouteDiagnosis diagnosis, RouteDoors doors, Environment settings) {
        return new CamelContextConfiguration() {
            @Override
            public void beforeApplicationStart(CamelContext context) {
                try {
                    context.addService(
                            new RouteReload(settings.getProperty("gaia.routes-dir", "routes"), diagnosis, doors));
                } catch (Exception e) {
                    throw new IllegalStateException("the routes folder cannot be watched", e);
                }
            }

            @Override
            public void afterApplicationStart(CamelContext context) {
                // Nothing: the watch started with the context.
            }
        };
    }
}
