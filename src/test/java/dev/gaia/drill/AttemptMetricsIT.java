package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.CUT;
import static dev.gaia.drill.Play.Fault.SILENCE;
import static dev.gaia.drill.Play.Fault.STALL;
import static dev.gaia.drill.Play.Fault.TWICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.Hub;
import dev.gaia.drill.DrillProvider.Script;
import dev.gaia.ops.OperatorPages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of attempts on the page that Prometheus reads (section 7 of the failure contract). */
class AttemptMetricsIT {

    private static final int MIDDLE = 20;

    @TempDir
    private Path folder;

    @Test
    void showsWhatBecameOfAttemptsByModel() throws Exception {
        var credentials = DrillGaia.credentials();
        try (var provider = DrillProvider.start(0);
                var hub = hub(provider);
                var client = new DrillClient(hub.baseUrl(), "/v1/chat/completions", credentials)) {
            play(provider, "down", Play.status(503));
            play(provider, "cut", Play.fault(CUT, MIDDLE));
            play(provider, "left", Play.fault(STALL, MIDDLE));
            play(provider, "twice", Play.fault(TWICE, MIDDLE));
            play(provider, "silent", Play.fault(SILENCE, 0));

            for (int turn = 0; turn < 2; turn++) {
                assertThat(client.ask(body("down"), Map.of()).fallback()).isTrue();
            }
            assertThat(client.ask(body("twice"), Map.of()).whole()).isTrue();
            assertThat(client.ask(body("cut"), Map.of()).resumed()).isTrue();
            assertThat(client.ask(body("cut"), Map.of("X-Stream-Rescue", "off")).interrupted())
                    .isTrue();
            try (var socket = client.open(body("left"), Map.of())) {
                socket.readUntil("every");
            }
            var waiting = client.open(body("silent"), Map.of());
            await().until(() -> provider.asked("silent").size() == 1);

            await().untilAsserted(
                            () -> assertThat(OperatorPages.of(hub).get("/actuator/prometheus"))
                                    .contains(
                                            count("attempts", "drill-openai-down", "outcome=\"transient\",", 3),
                                            count("attempts", "drill-openai-cut", "outcome=\"broken\",", 2),
                                            count("attempts", "drill-openai-left", "outcome=\"caller-gone\",", 1),
                                            "gaia_provider_attempts_total{model=\"drill-fallback-claude\",outcome=\"ok\","
                                                    + "provider=\"claude\"} 3.0",
                                            count("retries", "drill-openai-down", "", 1),
                                            "gaia_provider_failovers_total{model=\"drill-fallback-claude\",provider=\"claude\"} 3.0",
                                            count("rescues_tried", "drill-openai-cut", "", 1),
                                            "gaia_provider_rescues_total{model=\"drill-fallback-claude\",provider=\"claude\"} 1.0",
                                            count("late", "drill-openai-twice", "", 2),
                                            count("truncated", "drill-openai-cut", "", 1),
                                            "gaia_provider_cancelled_total{by=\"caller\",model=\"drill-openai-left\","
                                                    + "provider=\"openai\"} 1.0",
                                            "gaia_provider_breaker{route=\"openai/drill-openai-down\"} 2.0",
                                            "gaia_provider_breaker_changes_total{route=\"openai/drill-openai-down\",state=\"open\"} 1.0",
                                            "gaia_provider_open{provider=\"openai\"} 1.0",
                                            "gaia_provider_waiting{provider=\"openai\"} 0.0")
                                    .containsPattern("gaia_provider_connections\\{provider=\"openai\"} [1-9]")
                                    .containsPattern("gaia_provider_budget\\{provider=\"openai\"} \\d")
                                    .containsPattern(
                                            "gaia_provider_first_token_seconds_bucket\\{model=\"drill-fallback-claude\",provider=\"claude\",le=\"0.25\"} \\d")
                                    .containsPattern(
                                            "gaia_provider_first_token_seconds_count\\{model=\"drill-openai-cut\",provider=\"openai\"} [1-9]")
                                    .containsPattern(
                                            "gaia_provider_idle_seconds_bucket\\{model=\"drill-fallback-claude\",provider=\"claude\",le=\"10.0\"} [1-9]"));
            waiting.leave();
            await().until(() -> OperatorPages.of(hub)
                    .get("/actuator/prometheus")
                    .contains("gaia_provider_open{provider=\"openai\"} 0.0"));
        }
    }

    private static String count(String name, String model, String more, int value) {
        return "gaia_provider_%s_total{model=\"%s\",%sprovider=\"openai\"} %d.0".formatted(name, model, more, value);
    }

    private static void play(DrillProvider provider, String name, Play primary) {
        provider.play(name, new Script(List.of(primary), List.of(Play.well())));
    }

    private static ObjectNode body(String name) {
        return DrillClient.body(name, "drill-openai-" + name, true);
    }

    private Hub hub(DrillProvider provider) throws Exception {
        var models = Files.writeString(folder.resolve("models.yaml"), """
                models:
                  - {id: drill-fallback-claude, provider: claude, prefill: native}
                  - {pattern: "drill-openai-*", provider: openai, fallbacks: [drill-fallback-claude]}
                """);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("gaia.auth.jwt-secret", DrillGaia.SECRET);
        settings.put("gaia.chat.models-file", models.toString());
        settings.put("gaia.provider.attempts.breaker-spread", "0s");
        settings.put("gaia.provider.attempts.breaker-open", "10m");
        settings.put("gaia.provider.attempts.breaker-open-max", "10m");
        settings.put("gaia.provider.endpoints.openai.base-url", "http://127.0.0.1:" + provider.port() + "/v1");
        settings.put("gaia.provider.endpoints.openai.key", "key-of-openai");
        settings.put("gaia.provider.endpoints.anthropic.base-url", "http://127.0.0.1:" + provider.port());
        settings.put("gaia.provider.endpoints.anthropic.key", "key-of-anthropic");
        return Hub.with(settings).start();
    }
}
