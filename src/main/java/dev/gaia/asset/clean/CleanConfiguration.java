package dev.gaia.asset.clean;

import dev.gaia.asset.store.ObjectStore;
import dev.gaia.asset.store.StoreSettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The steps of the cleaning under the names routes use. */
@Configuration(proxyBeanMethods = false)
class CleanConfiguration {

    @Bean
    CleanFiles cleanFiles(@Lazy ObjectStore store, StoreSettings settings) {
        return new CleanFiles(store, settings, InstantSource.system());
    }

    @Bean
    CheckFiles checkFiles(@Lazy ObjectStore store, StoreSettings settings) {
        return new CheckFiles(store, settings);
    }

    @Bean
    MeterBinder missingFiles(CheckFiles steps) {
        return meters -> Gauge.builder("gaia.asset.files.missing", steps, CheckFiles::missing)
                .description("Assets without a file when this process looked last")
                .register(meters);
    }

    @Bean
    Processor beginStoreWalk(CleanFiles steps) {
        return steps::begin;
    }

    @Bean
    Processor meetOldFiles(CleanFiles steps) {
        return steps::meet;
    }

    @Bean
    Processor removeOrphans(CleanFiles steps) {
        return steps::remove;
    }

    @Bean
    Processor tellRemovedFiles(CleanFiles steps) {
        return steps::tell;
    }

    @Bean
    Processor beginFileCheck(CheckFiles steps) {
        return steps::begin;
    }

    @Bean
    Processor lookForFiles(CheckFiles steps) {
        return steps::look;
    }

    @Bean
    Processor tellMissingFiles(CheckFiles steps) {
        return steps::tell;
    }
}
