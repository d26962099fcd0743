package dev.gaia.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

class DatabaseSettingsTest {

    @Test
    void defaultsReachALocalDatabase() throws IOException {
        assertThat(bind(Map.of()))
                .isEqualTo(new DatabaseSettings(
                        "postgresql://postgres:postgres@localhost:5432/llm_platform",
                        20,
                        0,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(2),
                        Duration.ofHours(1),
                        Duration.ofSeconds(2),
                        false,
                        true));
    }

    @Test
    void everySettingCanBeGiven() throws IOException {
        assertThat(bind(Map.of(
                        "DATABASE_URL", "postgres://me:secret@host/db",
                        "DATABASE_POOL_SIZE", "5",
                        "DATABASE_MAX_OVERFLOW", "10",
                        "DATABASE_POOL_TIMEOUT", "30",
                        "gaia.database.connect-timeout", "4s",
                        "DATABASE_POOL_RECYCLE", "60",
                        "gaia.database.probe-interval", "500ms",
                        "DATABASE_ECHO", "TRUE",
                        "GAIA_DATABASE_MIGRATE", "false")))
                .isEqualTo(new DatabaseSettings(
                        "postgres://me:secret@host/db",
                        5,
                        10,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(4),
                        Duration.ofMinutes(1),
                        Duration.ofMillis(500),
                        true,
                        false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gaia.database.pool-size|0|`gaia.database.pool-size` is 0; it must be 1 or more.",
                "gaia.database.max-overflow|-1|`gaia.database.max-overflow` is -1; it must be 0 or more.",
                "DATABASE_POOL_TIMEOUT|0|`gaia.database.pool-timeout` is 0 ms; it must be 250 ms or more.",
                "DATABASE_POOL_RECYCLE|1|`gaia.database.pool-recycle` is 1000 ms; it must be 30000 ms or more."
            })
    void refusesWhatCannotBeWithOneSentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> bind(Map.of(name, value))).hasRootCauseMessage(sentence);
    }

    @Test
    void neverShowsThePassword() throws IOException {
        assertThat(bind(Map.of("DATABASE_URL", "postgres://me:secret@host/db")).toString())
                .doesNotContain("secret");
    }

    private static DatabaseSettings bind(Map<String, Object> given) throws IOException {
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .forEach(source -> environment.getPropertySources().remove(source.getName()));
        environment.getPropertySources().addFirst(new MapPropertySource("given", new HashMap<>(given)));
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(environment.getPropertySources()::addLast);
        return Binder.get(environment)
                .bind("gaia.database", DatabaseSettings.class)
                .get();
    }
}
