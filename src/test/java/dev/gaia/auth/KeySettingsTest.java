package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

class KeySettingsTest {

    @Test
    void defaultsLetARevokedKeyLiveForFiveSecondsAtMost() throws IOException {
        assertThat(bind(Map.of()))
                .isEqualTo(new KeySettings(
                        1_000, Duration.ofSeconds(5), 100_000, 200, 50, 4, Duration.ofMinutes(1), 20_000));
    }

    @Test
    void everySettingCanBeGiven() throws IOException {
        var settings = bind(Map.of(
                "gaia.auth.key.list-max", "1",
                "gaia.auth.key.upkeep-interval", "2s",
                "gaia.auth.key.directory-max-entries", "3",
                "gaia.auth.key.unknown-lookups-max", "4",
                "gaia.auth.key.unknown-lookups-address-max", "5",
                "gaia.auth.key.unknown-lookups-in-flight-max", "6",
                "gaia.auth.key.used-precision", "7s",
                "gaia.auth.key.used-max-entries", "8"));

        assertThat(settings).isEqualTo(new KeySettings(1, Duration.ofSeconds(2), 3, 4, 5, 6, Duration.ofSeconds(7), 8));
    }

    @Test
    void refusesWhatCannotBeWithOneSentence() {
        assertThatThrownBy(() -> bind(Map.of("gaia.auth.key.upkeep-interval", "0s")))
                .hasRootCauseMessage("`gaia.auth.key.upkeep-interval` is 0 ms; it must be more than 0.");
        assertThatThrownBy(() -> bind(Map.of("gaia.auth.key.unknown-lookups-max", "0")))
                .hasRootCauseMessage("`gaia.auth.key.unknown-lookups-max` is 0; it must be 1 or more.");
    }

    private static KeySettings bind(Map<String, Object> given) throws IOException {
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .forEach(source -> environment.getPropertySources().remove(source.getName()));
        environment.getPropertySources().addFirst(new MapPropertySource("given", new HashMap<>(given)));
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(environment.getPropertySources()::addLast);
        return Binder.get(environment).bind("gaia.auth.key", KeySettings.class).get();
    }
}
