package dev.gaia.auth;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps with which routes decide about look-ups of keys, note their use and spread word of their changes. */
@Configuration(proxyBeanMethods = false)
class KeyConfiguration {

    /** Readings of the directory that may fail before it no longer counts as knowing every key. */
    private static final int READINGS_MISSED_MAX = 3;

    private static final InstantSource CLOCK = InstantSource.system();

    @Bean
    KeyDirectory keyDirectory(KeySettings settings) {
        return new KeyDirectory(
                settings.directoryMaxEntries(), settings.upkeepInterval().multipliedBy(READINGS_MISSED_MAX), CLOCK);
    }

    @Bean
    KeyLookups keyLookups(KeySettings settings, KeyDirectory keyDirectory, Optional<MeterRegistry> meters) {
        return new KeyLookups(settings, keyDirectory, meters.orElseGet(SimpleMeterRegistry::new));
    }

    @Bean
    Processor admitKeyLookup(KeyLookups keyLookups) {
        return keyLookups::admitLookup;
    }

    @Bean
    Processor endKeyLookup(KeyLookups keyLookups) {
        return keyLookups::endLookup;
    }

    @Bean
    KeyUses keyUses(KeySettings settings) {
        return new KeyUses(settings, CLOCK);
    }

    @Bean
    Processor noteKeyUse(KeyUses keyUses) {
        return keyUses::noteUse;
    }

    @Bean
    Processor takeKeyUses(KeyUses keyUses) {
        return keyUses::takeUses;
    }

    @Bean
    Processor returnKeyUses(KeyUses keyUses) {
        return keyUses::returnUses;
    }

    @Bean
    SmartLifecycle lastKeyUses(KeyUses keyUses, ProducerTemplate routes) {
        return new LastKeyUses(keyUses, routes);
    }

    @Bean
    KeyNotices keyNotices(
            KnownCallers knownKeys, RefusedKeys refusedKeys, KeyDirectory keyDirectory, ObjectMapper mapper) {
        return new KeyNotices(knownKeys, refusedKeys, keyDirectory, mapper);
    }

    @Bean
    Processor writeKeyNotice(KeyNotices keyNotices) {
        return keyNotices::writeNotice;
    }

    @Bean
    Processor obeyKeyNotice(KeyNotices keyNotices) {
        return keyNotices::obeyNotice;
    }

    @Bean
    Processor keepKeyDirectory(KeyNotices keyNotices) {
        return keyNotices::keepDirectory;
    }
}
