package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.gateway.limit.RateLimitSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

class EdgeSettingsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void hasTheDefaultsOfTheContract() {
        assertThat(bind("gaia.gateway", EdgeSettings.class, Map.of()))
                .isEqualTo(new EdgeSettings(
                        "0.0.0.0",
                        8666,
                        0,
                        List.of("http://localhost:8666", "http://localhost:3000"),
                        List.of(
                                "Accept",
                                "Accept-Language",
                                "Authorization",
                                "Content-Type",
                                "Idempotency-Key",
                                "Origin",
                                "Prefer",
                                "Range",
                                "User-Agent",
                                "X-API-Key",
                                "X-Meshy-Signature",
                                "X-Midjourney-Signature",
                                "X-Mubert-Signature",
                                "X-Request-Timeout",
                                "X-Response-Format",
                                "X-Stream-Rescue"),
                        1000,
                        Duration.ofSeconds(30)));
        assertThat(bind("gaia.gateway", EdgeLimits.class, Map.of()))
                .isEqualTo(new EdgeLimits(
                        10 * 1024 * 1024,
                        100,
                        128L * 1024 * 1024,
                        16_384,
                        100,
                        8_192,
                        4_096,
                        16_384,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(75),
                        Duration.ofSeconds(30)));
        assertThat(bind("gaia.gateway.rate-limit", RateLimitSettings.class, Map.of()))
                .isEqualTo(new RateLimitSettings(
                        RateLimitSettings.Scope.ROOT,
                        60,
                        RateLimitSettings.Period.MINUTE,
                        10,
                        100_000,
                        Duration.ofMillis(250)));
    }

    @Test
    void readsEveryKey() {
        var settings = bind(
                "gaia.gateway",
                EdgeSettings.class,
                Map.of(
                        "gaia.gateway.host", "127.0.0.1",
                        "gaia.gateway.port", "1",
                        "gaia.gateway.event-loops", "2",
                        "gaia.gateway.allowed-origins", "http://a , http://b,",
                        "gaia.gateway.request-headers", "A, B",
                        "gaia.gateway.gzip-min-bytes", "3",
                        "gaia.gateway.drain-timeout", "4s"));
        assertThat(settings)
                .isEqualTo(new EdgeSettings(
                        "127.0.0.1",
                        1,
                        2,
                        List.of("http://a", "http://b"),
                        List.of("A", "B"),
                        3,
                        Duration.ofSeconds(4)));

        var limits = bind(
                "gaia.gateway",
                EdgeLimits.class,
                Map.ofEntries(
                        Map.entry("gaia.gateway.body-max-bytes", "1"),
                        Map.entry("gaia.gateway.upload-max-mb", "8"),
                        Map.entry("gaia.gateway.bodies-max-bytes", "2"),
                        Map.entry("gaia.gateway.headers-max-bytes", "300"),
                        Map.entry("gaia.gateway.headers-max-count", "4"),
                        Map.entry("gaia.gateway.request-line-max-bytes", "500"),
                        Map.entry("gaia.gateway.requests-max", "6"),
                        Map.entry("gaia.gateway.connections-max", "7"),
                        Map.entry("gaia.gateway.head-timeout", "1s"),
                        Map.entry("gaia.gateway.body-timeout", "2s"),
                        Map.entry("gaia.gateway.idle-timeout", "3s"),
                        Map.entry("gaia.gateway.stall-timeout", "4s")));
        assertThat(limits)
                .isEqualTo(new EdgeLimits(
                        1,
                        8,
                        2,
                        300,
                        4,
                        500,
                        6,
                        7,
                        SECOND,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4)));
    }

    @Test
    void readsTheNamesOfTheOldPlatform() {
        var old = Map.of(
                "SERVICE_HOST", "10.0.0.1",
                "SERVICE_PORT", "8000",
                "ALLOWED_ORIGINS", "http://a",
                "RATE_LIMIT_REQUESTS", "5",
                "RATE_LIMIT_PERIOD", "hour");

        var settings = bind("gaia.gateway", EdgeSettings.class, old);

        assertThat(settings.host()).isEqualTo("10.0.0.1");
        assertThat(settings.port()).isEqualTo(8000);
        assertThat(settings.allowedOrigins()).isEqualTo(List.of("http://a"));
        assertThat(bind("gaia.gateway.rate-limit", RateLimitSettings.class, old))
                .isEqualTo(new RateLimitSettings(
                        RateLimitSettings.Scope.ROOT,
                        5,
                        RateLimitSettings.Period.HOUR,
                        10,
                        100_000,
                        Duration.ofMillis(250)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port|70000|`gaia.gateway.port` is 70000; it must be between 0 and 65535.",
                "event-loops|-1|`gaia.gateway.event-loops` is -1; it must be 0 or more.",
                "gzip-min-bytes|-1|`gaia.gateway.gzip-min-bytes` is -1; it must be 0 or more.",
                "drain-timeout|-1s|`gaia.gateway.drain-timeout` is PT-1S; it must be 0s or more.",
                "body-max-bytes|0|`gaia.gateway.body-max-bytes` is 0; it must be 1 or more.",
                "requests-max|0|`gaia.gateway.requests-max` is 0; it must be 1 or more.",
                "stall-timeout|0s|`gaia.gateway.stall-timeout` is PT0S; it must be more than 0s.",
                "rate-limit.requests|0|`gaia.gateway.rate-limit.requests` is 0; it must be 1 or more."
            })
    void refusesValueOutOfBounds(String key, String value, String sentence) {
        var wrong = Map.of("gaia.gateway." + key, value);

        assertThatThrownBy(() -> {
                    bind("gaia.gateway", EdgeSettings.class, wrong);
                    bind("gaia.gateway", EdgeLimits.class, wrong);
                    bind("gaia.gateway.rate-limit", RateLimitSettings.class, wrong);
                })
                .rootCause()
                .hasMessage(sentence);
    }

    private static <T> T bind(String prefix, Class<T> type, Map<String, ?> properties) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        environment.getPropertySources().addFirst(new MapPropertySource("test", Map.copyOf(properties)));
        try {
            new YamlPropertySourceLoader()
                    .load("defaults", new ClassPathResource("application.yaml"))
                    .forEach(environment.getPropertySources()::addLast);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return Binder.get(environment).bind(prefix, type).get();
    }
}
