package dev.gaia.spool;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The temporary files of this process, and how many there are. */
@Configuration(proxyBeanMethods = false)
class SpoolConfiguration {

    @Bean(initMethod = "sweep", destroyMethod = "close")
    Spool spool(SpoolSettings settings) {
        return new Spool(settings);
    }

    @Bean
    MeterBinder spoolFigures(Spool spool) {
        return meters -> {
            Gauge.builder("gaia.spool.bytes", spool, Spool::bytes)
                    .description("Bytes of temporary files")
                    .baseUnit("bytes")
                    .register(meters);
            Gauge.builder("gaia.spool.files", spool, Spool::files)
                    .description("Temporary files")
                    .register(meters);
        };
    }
}
