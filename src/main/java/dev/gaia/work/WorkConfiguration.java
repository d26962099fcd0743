package dev.gaia.work;

import dev.gaia.link.Broker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
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
        };
    }
}
