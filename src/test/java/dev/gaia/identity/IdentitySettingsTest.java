package dev.gaia.identity;

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

class IdentitySettingsTest {

    @Test
    void defaultsAreThoseOfALaptop() throws IOException {
        assertThat(bind(Map.of()))
                .isEqualTo(new IdentitySettings(
                        "auto",
                        true,
                        true,
                        6,
                        Duration.ofHours(1),
                        Duration.ofDays(30),
                        Duration.ofHours(24),
                        Duration.ofSeconds(60),
                        "direct:identity-mail-log",
                        "no-reply@localhost",
                        10,
                        Duration.ofMinutes(5),
                        4));
    }

    @Test
    void everySettingCanBeGiven() throws IOException {
        assertThat(bind(Map.ofEntries(
                        Map.entry("GAIA_IDENTITY", "true"),
                        Map.entry("GAIA_IDENTITY_SIGNUP", "false"),
                        Map.entry("GAIA_IDENTITY_AUTO_CONFIRM", "false"),
                        Map.entry("gaia.identity.password-min-length", "10"),
                        Map.entry("gaia.identity.token-ttl", "5m"),
                        Map.entry("gaia.identity.session-ttl", "1d"),
                        Map.entry("gaia.identity.confirmation-ttl", "1h"),
                        Map.entry("gaia.identity.confirmation-pause", "5s"),
                        Map.entry("GAIA_IDENTITY_MAIL", "smtp:localhost"),
                        Map.entry("GAIA_IDENTITY_MAIL_FROM", "a@b.c"),
                        Map.entry("gaia.identity.guesses-max", "3"),
                        Map.entry("gaia.identity.guesses-window", "1m"),
                        Map.entry("gaia.identity.checks-max", "2"))))
                .isEqualTo(new IdentitySettings(
                        "true",
                        false,
                        false,
                        10,
                        Duration.ofMinutes(5),
                        Duration.ofDays(1),
                        Duration.ofHours(1),
                        Duration.ofSeconds(5),
                        "smtp:localhost",
                        "a@b.c",
                        3,
                        Duration.ofMinutes(1),
                        2));
    }

    @ParameterizedTest
    @CsvSource({
        "password-min-length, 5, '`gaia.identity.password-min-length` is 5; it must be 6 or more.'",
        "token-ttl, 25h, '`gaia.identity.token-ttl` is 25 h; it must be 24 h or less.'",
        "token-ttl, 1s, '`gaia.identity.token-ttl` is 1000 ms; it must be 60000 ms or more.'",
        "checks-max, 0, '`gaia.identity.checks-max` is 0; it must be 1 or more.'"
    })
    void refusesWhatCannotBeWithOneSentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> bind(Map.of("gaia.identity." + name, value))).hasRootCauseMessage(sentence);
    }

    @Test
    void neverShowsTheMailServersPassword() throws IOException {
        assertThat(bind(Map.of("GAIA_IDENTITY_MAIL", "smtps:h?password=s3cret")).toString())
                .doesNotContain("s3cret");
    }

    private static IdentitySettings bind(Map<String, Object> given) throws IOException {
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .forEach(source -> environment.getPropertySources().remove(source.getName()));
        environment.getPropertySources().addFirst(new MapPropertySource("given", new HashMap<>(given)));
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(environment.getPropertySources()::addLast);
        return Binder.get(environment)
                .bind("gaia.identity", IdentitySettings.class)
                .get();
    }
}
