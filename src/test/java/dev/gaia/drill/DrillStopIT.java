package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.drill.DrillProvider.Script;
import dev.gaia.embedded.EmbeddedNats;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process stops while models speak (failures F38). */
class DrillStopIT {

    private static final String KEY = "the-configured-key";
    private static final int MIDDLE = 20;

    @TempDir
    private Path folder;

    @Test
    void endsStreamsWithAnErrorLetsModelsGoAndKeepsTheLedger() throws Exception {
        stop(Map.of());
    }

    @Test
    void doesTheSameOverNats() throws Exception {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        try (var nats = EmbeddedNats.start(Files.createDirectory(folder.resolve("nats")))) {
            stop(Map.of("gaia.link.chat", "nats", "gaia.nats.url", nats.url()));
        }
    }

    private void stop(Map<String, String> link) throws Exception {
        try (var provider = DrillProvider.start(0);
                var database = TestDatabase.migrated();
                var http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            var hub = start(provider, database, link);
            var completions = open(http, provider, hub, "/v1/chat/completions", "stopped-completion");
            var message = open(http, provider, hub, "/v1/messages", "stopped-message");
            await().until(() -> provider.asked("stopped-completion").size() == 1
                    && provider.asked("stopped-message").size() == 1);

            long stopped = System.nanoTime();
            hub.close();

            var completion =
                    MessagesReader.openAi(completions.get(5, TimeUnit.SECONDS).body());
            assertThat(completion.interrupted()).as(completion.toString()).isTrue();
            assertThat(completion.error()).contains("stream_interrupted");
            var told = MessagesReader.anthropic(message.get(5, TimeUnit.SECONDS).body());
            assertThat(told.interrupted()).as(told.toString()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isGreaterThan(Duration.ofMillis(500));
            for (var name : List.of("stopped-completion", "stopped-message")) {
                await().untilAsserted(() ->
                        assertThat(provider.asked(name).getFirst().leftNanos()).isPresent());
                assertThat(provider.asked(name)).hasSize(1);
                assertThat(database.column("select concat_ws(' ', outcome, cancelled_by, output_tokens > 0)"
                                + " from chat_attempts where model = 'drill-openai-" + name + "'"))
                        .containsExactly("local gateway t");
            }
        }
    }

    private Hub start(DrillProvider provider, TestDatabase database, Map<String, String> link) throws IOException {
        var models = Files.writeString(
                folder.resolve("models.yaml"), "models: [{pattern: 'drill-openai-*', provider: openai}]\n");
        Map<String, String> settings = new LinkedHashMap<>(link);
        settings.put("gaia.gateway.drain-timeout", "500ms");
        settings.put("gaia.database.url", database.url());
        settings.put("gaia.auth.api-key", KEY);
        settings.put("gaia.chat.models-file", models.toString());
        settings.put("gaia.provider.endpoints.openai.base-url", "http://127.0.0.1:" + provider.port() + "/v1");
        settings.put("gaia.provider.endpoints.openai.key", "key-of-openai");
        return Hub.with(settings).start();
    }

    /** A stream whose model falls silent in the middle. */
    private static CompletableFuture<HttpResponse<String>> open(
            HttpClient http, DrillProvider provider, Hub hub, String path, String name) {
        provider.play(name, new Script(List.of(Play.fault(Play.Fault.STALL, MIDDLE)), List.of(Play.well())));
        var body = "{\"model\":\"drill-openai-" + name + "\",\"max_tokens\":4000,\"stream\":true,\"messages\":"
                + "[{\"role\":\"user\",\"content\":\"[drill " + name + "] Go.\"}]}";
        var request = HttpRequest.newBuilder(URI.create(hub.baseUrl() + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + KEY)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
