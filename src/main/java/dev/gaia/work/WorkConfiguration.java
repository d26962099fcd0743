package dev.gaia.work;

import dev.gaia.link.Broker;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The component {@code work}, and what figures tell of its queues. */
@Configuration(proxyBeanMethods = false)
class WorkConfiguration {

    @Bean
    WorkComponent work(Broker broker) {
        return new WorkComponent(broker);
    }

    @Bean
    MeterBinder workFigures(WorkComponent work) {
        return meters -> {
            Gauge.builder("gaia.work.waiting", work, WorkComponent::waiting)
                    .description("Work that waits in this process alone, for want of the broker")
                    .register(meters);
            Gauge.builder("gaia.work.running", work, WorkComponent::running)
                    .description("Work that this process does")
                    .register(meters);
            Gauge.builder("gaia.work.dead", work, WorkComponent::dead)
                    .description("Dead letters that are kept, of all processes")
                    .register(meters);
            FunctionCounter.builder("gaia.work.buried", work, WorkComponent::buried)
                    .description("Work that this process gave up as dead letters")
                    .register(meters);
        };
    }

    /** Tells how much there is; none of it is a reason to send requests elsewhere. */
    @Bean
    HealthIndicator workHealthIndicator(WorkComponent work) {
        return () -> Health.up()
                .withDetail("waiting", work.waiting())
                .withDetail("running", work.running())
                .withDetail("dead", work.dead())
                .build();
    }
}
