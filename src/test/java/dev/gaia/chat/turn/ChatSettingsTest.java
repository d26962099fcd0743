package dev.gaia.chat.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

public class ChatSettingsTest {

    public static ChatSettings defaults() {
        return with(Map.of());
    }

    public static ChatSettings with(Map<String, Object> changes) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", new HashMap<>(changes)));
        try {
            new YamlPropertySourceLoader()
                    .load("application", new ClassPathResource("application.yaml"))
                    .forEach(environment.getPropertySources()::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Binder.get(environment).bind("gaia.chat", ChatSettings.class).get();
    }

    @Test
    void hasTheContractsDefaults() {
        var settings = defaults();

        assertThat(settings.defaultModel()).isEqualTo("claude-3-haiku-20240307");
        assertThat(settings.defaultProvider()).contains("claude");
        assertThat(settings.temperature()).isEqualTo(0.7);
        assertThat(settings.maxTokens()).isEqualTo(2000);
        assertThat(settings.keepAlive()).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.historyKeptEntries()).isEqualTo(49);
    }

    @Test
    void takesEveryKey() {
        Map<String, Object> changes = new HashMap<>();
        changes.put("DEFAULT_LLM_MODEL", "gpt-4o");
        changes.put("DEFAULT_LLM_PROVIDER", "openai");
        changes.put("gaia.chat.temperature", "1");
        changes.put("gaia.chat.max-tokens", "7");
        changes.put("gaia.chat.auto-select-model", "true");
        changes.put("gaia.chat.tokenizer", "true");
        changes.put("gaia.chat.keep-alive", "1s");
        changes.put("gaia.chat.database-pause", "2s");
        changes.put("gaia.chat.persona-cache-time", "3s");
        changes.put("gaia.chat.orchestration-time", "4s");
        changes.put("gaia.chat.history-max-entries", "4");
        changes.put("gaia.chat.conversation-max-entries", "14");
        changes.put("gaia.chat.conversations-max", "15");
        changes.put("gaia.chat.history-cache-max-bytes", "5");
        changes.put("gaia.chat.history-cache-time", "6s");
        changes.put("gaia.chat.history-queue-max-entries", "7");
        changes.put("gaia.chat.history-queue-max-bytes", "8");
        changes.put("gaia.chat.history-batch-max-entries", "9");
        changes.put("gaia.chat.history-flush-interval", "10s");
        changes.put("gaia.chat.history-clear-timeout", "11s");
        changes.put("gaia.chat.history-shutdown-timeout", "12s");

        assertThat(with(changes))
                .isEqualTo(new ChatSettings(
                        "gpt-4o",
                        java.util.Optional.of("openai"),
                        1,
                        7,
                        true,
                        true,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        4,
                        14,
                        15,
                        5,
                        Duration.ofSeconds(6),
                        7,
                        8,
                        9,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(11),
                        Duration.ofSeconds(12)));
    }

    @Test
    void refusesWithOneClearSentence() {
        assertThatThrownBy(() -> with(Map.of("gaia.chat.temperature", "3")))
                .rootCause()
                .hasMessage("`gaia.chat.temperature` is 3.0; it must be between 0 and 2");
        assertThatThrownBy(() -> with(Map.of("gaia.chat.history-max-entries", "2")))
                .rootCause()
                .hasMessage("`gaia.chat.history-max-entries` is 2; it must be 3 or more");
    }
}
