package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class LinkSettingsTest {

    @Test
    void hasDefaults() {
        assertThat(link(Map.of()))
                .isEqualTo(new LinkSettings(
                        "direct",
                        "direct",
                        "direct",
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        64,
                        32768,
                        16384,
                        16777216,
                        Duration.ofSeconds(5)));
        assertThat(nats(Map.of()))
                .isEqualTo(new NatsSettings(
                        "", "", "", "", "", -1, Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(5)));
    }

    @Test
    void readsEveryKey() {
        assertThat(link(Map.ofEntries(
                        Map.entry("auth", "nats"),
                        Map.entry("chat", "nats"),
                        Map.entry("asset", "nats"),
                        Map.entry("timeout", "PT1.5S"),
                        Map.entry("heartbeat", "1s"),
                        Map.entry("silence-max", "4s"),
                        Map.entry("window-pieces", "8"),
                        Map.entry("window-bytes", "1600"),
                        Map.entry("piece-max-bytes", "800"),
                        Map.entry("body-max-bytes", "7"),
                        Map.entry("breaker-open", "9s"))))
                .isEqualTo(new LinkSettings(
                        "nats",
                        "nats",
                        "nats",
                        Duration.ofMillis(1500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(4),
                        8,
                        1600,
                        800,
                        7,
                        Duration.ofSeconds(9)));
        String file = "pom.xml";
        assertThat(nats(Map.of(
                        "url", "nats://a:1, tls://b:2",
                        "credentials-file", file,
                        "ca-file", file,
                        "certificate-file", file,
                        "key-file", file,
                        "max-reconnects", "10",
                        "reconnect-wait", "1s",
                        "connect-timeout", "3s",
                        "ping-interval", "4s")))
                .isEqualTo(new NatsSettings(
                        "nats://a:1, tls://b:2",
                        file,
                        file,
                        file,
                        file,
                        10,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4)));
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> link(Map.of("chat", "http")))
                .hasRootCauseMessage("`gaia.link.chat` is http; it must be nats or direct");
        assertThatThrownBy(() -> link(Map.of("silence-max", "3s")))
                .hasRootCauseMessage("`gaia.link.silence-max` is 3000 ms; it must be 4000 or more");
        assertThatThrownBy(() -> link(Map.of("window-bytes", "32767")))
                .hasRootCauseMessage("`gaia.link.window-bytes` is 32767 bytes; it must be 32768 or more");
        assertThatThrownBy(() -> nats(Map.of("max-reconnects", "-2")))
                .hasRootCauseMessage("`gaia.nats.max-reconnects` is -2; it must be -1 (never give up) or more");
        assertThatThrownBy(() -> nats(Map.of("ca-file", "absent.pem")))
                .hasRootCauseMessage(
                        "`gaia.nats.ca-file` is absent.pem, which cannot be read; name a file this process may read");
        assertThatThrownBy(() -> nats(Map.of("certificate-file", "pom.xml")))
                .hasRootCauseMessage(
                        "`gaia.nats.certificate-file` and `gaia.nats.key-file` belong together; set both or neither");
        assertThatThrownBy(() -> nats(Map.of("ping-interval", "0s")))
                .hasRootCauseMessage("`gaia.nats.ping-interval` is PT0S; it must be longer than 0");
    }

    @Test
    void knowsWhetherThereIsABroker() {
        assertThat(nats(Map.of("url", " Disabled ")).configured()).isFalse();
        assertThat(nats(Map.of("url", "nats://a:1 , tls://b:2")).servers()).containsExactly("nats://a:1", "tls://b:2");
        assertThat(nats(Map.of("url", "nats://user:secret@a:1,nats://b:2")).shownUrl())
                .isEqualTo("nats://***@a:1,nats://b:2");
    }

    private static LinkSettings link(Map<String, String> values) {
        return bind("gaia.link", values, LinkSettings.class);
    }

    private static NatsSettings nats(Map<String, String> values) {
        return bind("gaia.nats", values, NatsSettings.class);
    }

    private static <T> T bind(String prefix, Map<String, String> values, Class<T> type) {
        Map<String, String> properties = new HashMap<>();
        values.forEach((key, value) -> properties.put(prefix + "." + key, value));
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(prefix, type);
    }
}
