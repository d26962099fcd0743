package dev.gaia.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ManagementSettingsTest {

    @Test
    void listensOnLoopbackByDefault() {
        assertThat(bind(Map.of())).isEqualTo(new ManagementSettings("127.0.0.1", "8667"));
    }

    @Test
    void everyKeyHasItsPlace() {
        assertThat(bind(Map.of("gaia.management.host", "0.0.0.0", "gaia.management.port", "0")))
                .isEqualTo(new ManagementSettings("0.0.0.0", "0"));
    }

    @Test
    void offMeansNoPort() {
        assertThat(new ManagementSettings("127.0.0.1", "off").listen()).isEmpty();
        assertThat(new ManagementSettings("127.0.0.1", "9").listen()).hasValue(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "-1", "on", "999999999999"})
    void refusesWhatIsNoPort(String port) {
        assertThatThrownBy(() -> new ManagementSettings("127.0.0.1", port))
                .hasMessage("`gaia.management.port` is " + port + "; it must be off, or between 0 and 65535.");
    }

    private static ManagementSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("gaia.management", ManagementSettings.class);
    }
}
