package dev.gaia.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

class ProviderSettingsTest {

    private static ProviderSettings read(Map<String, Object> changes) throws IOException {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", new HashMap<>(changes)));
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(environment.getPropertySources()::addLast);
        return Binder.get(environment)
                .bind("gaia.provider", ProviderSettings.class)
                .get();
    }

    @Test
    void hasTheContractsLimits() throws IOException {
        var settings = read(Map.of());

        assertThat(settings.poolTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.writeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.firstTokenTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.idleTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.wholeTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.streamTimeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.pingedIdleTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.finishTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.keepConnectionTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.maxConnections()).isEqualTo(512);
        assertThat(settings.maxStreams()).isEqualTo(1_024);
        assertThat(settings.maxWaiting()).isEqualTo(256);
        assertThat(settings.streamBufferBytes()).isEqualTo(256 * 1024);
        assertThat(settings.decompressRatioMax()).isEqualTo(100);
        assertThat(settings.bodyMaxBytes()).isEqualTo(16 * 1024 * 1024);
        assertThat(settings.eventMaxBytes()).isEqualTo(1024 * 1024);
        assertThat(settings.streamMaxBytes()).isEqualTo(32 * 1024 * 1024);
        assertThat(settings.endpoints()).containsKeys("openai", "anthropic");
        assertThat(settings.configured("openai")).isFalse();
    }

    @Test
    void takesProvidersKeysFromTheVendorsVariables() throws IOException {
        var settings = read(Map.of("OPENAI_API_KEY", "sk-1", "ANTHROPIC_BASE_URL", "http://127.0.0.1:9"));

        assertThat(settings.configured("openai")).isTrue();
        assertThat(settings.configured("anthropic")).isFalse();
        assertThat(settings.endpoints().get("anthropic").baseUrl()).isEqualTo(URI.create("http://127.0.0.1:9"));
        assertThat(settings.toString()).doesNotContain("sk-1");
    }

    @Test
    void takesAFurtherProviderFromSettingsAlone() throws IOException {
        var settings = read(Map.of(
                "gaia.provider.endpoints.mistral.base-url",
                "https://api.mistral.example/v1",
                "gaia.provider.endpoints.mistral.key",
                "k"));

        assertThat(settings.configured("mistral")).isTrue();
    }

    @Test
    void refusesPlainHttpBeyondTheMachine() {
        assertThatThrownBy(() -> read(Map.of("OPENAI_BASE_URL", "http://models.example/v1")))
                .rootCause()
                .hasMessageContaining("`gaia.provider.endpoints.openai.base-url` is http://models.example/v1;");
    }

    @Test
    void refusesAddressesThatAreNone() {
        assertThatThrownBy(() -> read(Map.of("OPENAI_BASE_URL", "models.example")))
                .rootCause()
                .hasMessageContaining("it must be an address");
    }

    @Test
    void letsNoSettingExceedAHardBound() {
        assertThatThrownBy(() -> read(Map.of("gaia.provider.idle-timeout", "46s")))
                .rootCause()
                .hasMessage("`gaia.provider.idle-timeout` is PT46S; it must be 45s or less");
        assertThatThrownBy(() -> read(Map.of("gaia.provider.pinged-idle-timeout", "61s")))
                .rootCause()
                .hasMessage("`gaia.provider.pinged-idle-timeout` is PT1M1S; it must be 60s or less");
    }

    @Test
    void refusesLimitsBelowTheirLowestValue() {
        assertThatThrownBy(() -> read(Map.of("gaia.provider.idle-timeout", "0s")))
                .rootCause()
                .hasMessageContaining("`gaia.provider.idle-timeout` is PT0S");
        assertThatThrownBy(() -> read(Map.of("gaia.provider.max-connections", "0")))
                .rootCause()
                .hasMessage("`gaia.provider.max-connections` is 0; it must be 1 or more");
    }
}
