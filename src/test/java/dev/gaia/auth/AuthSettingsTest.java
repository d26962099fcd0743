package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

class AuthSettingsTest {

    @Test
    void defaultsKeepAtWhatTheContractSays() throws IOException {
        var settings = bind(Map.of());

        assertThat(settings.jwtSecret()).isEmpty();
        assertThat(settings.jwtIssuer()).isEmpty();
        assertThat(settings.apiKey()).isEmpty();
        assertThat(settings.supabaseUrl()).isEmpty();
        assertThat(settings.supabaseAnonKey()).isEmpty();
        assertThat(settings.tokenCacheTtl()).isEqualTo(Duration.ofMinutes(15));
        assertThat(settings.keyCacheTtl()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.refusedKeyTtl()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.cacheMaxEntries()).isEqualTo(20_000);
        assertThat(settings.debug()).isFalse();
    }

    @Test
    void everySettingCanBeGiven() throws IOException {
        var settings = bind(Map.of(
                "SUPABASE_JWT_SECRET", "secret",
                "SUPABASE_JWT_ISSUER", "issuer",
                "API_KEY", "key",
                "SUPABASE_URL", "https://project.supabase.co",
                "SUPABASE_ANON_KEY", "anon",
                "AUTH_CACHE_TTL", "60",
                "API_KEY_CACHE_TTL", "30",
                "gaia.auth.refused-key-ttl", "1s",
                "gaia.auth.cache-max-entries", "7",
                "DEBUG", "True"));

        assertThat(settings)
                .isEqualTo(new AuthSettings(
                        Optional.of("secret"),
                        Optional.of("issuer"),
                        Optional.of("key"),
                        Optional.of("https://project.supabase.co"),
                        Optional.of("anon"),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1),
                        7,
                        true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"YOUR_SUPABASE_URL", "https://your-project.supabase.co", " "})
    void placeholdersAreNoIdentityProvider(String url) throws IOException {
        assertThat(bind(Map.of("SUPABASE_URL", url)).supabaseConfigured()).isFalse();
    }

    @Test
    void refusesWhatCannotBeWithOneSentence() {
        assertThatThrownBy(() -> bind(Map.of("AUTH_CACHE_TTL", "-1")))
                .isInstanceOf(BindException.class)
                .hasRootCauseMessage("`gaia.auth.token-cache-ttl` is -1000 ms; it must be more than 0.");
        assertThatThrownBy(() -> bind(Map.of("gaia.auth.cache-max-entries", "0")))
                .hasRootCauseMessage("`gaia.auth.cache-max-entries` is 0; it must be 1 or more.");
    }

    @Test
    void neverShowsSecrets() throws IOException {
        assertThat(bind(Map.of("SUPABASE_JWT_SECRET", "s3cret", "API_KEY", "k3y"))
                        .toString())
                .doesNotContain("s3cret", "k3y");
    }

    private static AuthSettings bind(Map<String, Object> given) throws IOException {
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .forEach(source -> environment.getPropertySources().remove(source.getName()));
        environment.getPropertySources().addFirst(new MapPropertySource("given", new HashMap<>(given)));
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(environment.getPropertySources()::addLast);
        return Binder.get(environment).bind("gaia.auth", AuthSettings.class).get();
    }
}
