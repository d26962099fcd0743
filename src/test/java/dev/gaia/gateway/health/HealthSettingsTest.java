package dev.gaia.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class HealthSettingsTest {

    @Test
    void waitsFiveSecondsByDefault() {
        assertThat(bind(Map.of()).checkTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void readsFractionsOfSecondsAsTheOldVariableHasThem() {
        assertThat(bind(Map.of("gaia.health.check-timeout", "PT0.5S")).checkTimeout())
                .isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void refusesLessThanAServiceNeeds() {
        assertThatThrownBy(() -> new HealthSettings(Duration.ofMillis(99)))
                .hasMessage("`gaia.health.check-timeout` is 99 ms; it must be 100 ms or more.");
    }

    private static HealthSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("gaia.health", HealthSettings.class);
    }
}
