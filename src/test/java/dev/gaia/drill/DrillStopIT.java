package dev.gaia.drill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.database.TestDatabase;
import dev.gaia.drill.DrillProvider.Script;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.link.Link;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process stops while models speak, and while they have not begun to (failures F38). */
class DrillStopIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String KEY = "the-configured-key";
    private static final int MIDDLE = 20;
    private static final String BY_GATEWAY = "local gateway";
    private static final String BY_CALLER = "caller-gone caller";

    /** A call under way when a process stops. */
    private enum Call {
        SPEAKING_COMPLETION("/v1/chat/completions", true, Play.Fault.STALL),
        SPEAKING_MESSAGE("/v1/messages", true, Play.Fault.STALL),
        SILENT_STREAM("/v1/chat/completions", true, Play.Fault.SILENCE),
        SILENT_COMPLETION("/v1/chat/completions", false, Play.Fault.SILENCE),
        COLLECTED_MESSAGE("/v1/messages", false, Play.Fault.STALL),
        COLLECTED_CHAT("/api/v1/chat/completions", false, Play.Fault.STALL);

        private final String path;
        private final boolean stream;
        private final Play.Fault fault;

        Call(String path, boolean stream, Play.Fault fault) {
            this.path = path;
            this.stream = stream;
            this.fault = fault;
        }

        String drill() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        String model() {
            return "drill-openai-" + drill();
        }

        /** True when its client has read some text. */
        boolean speaking() {
            return stream && fault == Play.Fault.STALL;
        }
    }

    @TempDir
    private Path folder;

    private DrillProvider provider;
    private TestDatabase database;
    private HttpClient http;

    @BeforeEach
    void start() throws IOException {
        provider = DrillProvider.start(0);
        database = TestDatabase.migrated();
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterEach
    void stop() {
        http.shutdownNow();
        database.close();
        provider.close();
    }

    @Test
    void endsEveryCallSoThatItsClientIsToldAndKeepsTheLedger() throws Exception {
        var hub = hub(Map.of());
        var answers = ask(hub);

        hub.close();

        assertTold(answers);
        assertLedger(BY_GATEWAY);
    }

    @Test
    void doesTheSameInOneProcessOverNats() throws Exception {
        try (var nats = nats()) {
            var hub = hub(Map.of("gaia.link.chat", "nats", "gaia.nats.url", nats.url()));
            var answers = ask(hub);

            hub.close();

            assertTold(answers);
            assertLedger(BY_GATEWAY);
        }
    }

    @Test
    void endsEveryCallWhenOnlyTheProcessOfTheModelsStops() throws Exception {
        try (var nats = nats();
                var gateway = hub(service("gateway,auth", nats))) {
            var chat = hub(service("chat", nats));
            var answers = ask(gateway);

            chat.close();

            assertTold(answers);
            assertLedger(BY_GATEWAY);
            await().until(() -> gateway.bean(Link.class).open() == 0);
        }
    }

    @Test
    void endsEveryCallWhenOnlyTheGatewayStops() throws Exception {
        try (var nats = nats();
                var chat = hub(service("chat", nats))) {
            var gateway = hub(service("gateway,auth", nats));
            var answers = ask(gateway);

            gateway.close();

            assertTold(answers);
            assertLedger(BY_CALLER);
            await().until(() -> chat.bean(Link.class).open() == 0);
            await().until(() -> chat.bean(UpstreamClient.class).underWay() == 0);
        }
    }

    private EmbeddedNats nats() throws IOException {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        return EmbeddedNats.start(Files.createDirectory(folder.resolve("nats")));
    }

    private static Map<String, String> service(String names, EmbeddedNats nats) {
        return Map.of(
                "gaia.services",
                names,
                "gaia.link.chat",
                "nats",
                "gaia.link.asset",
                "nats",
                "gaia.nats.url",
                nats.url());
    }

    private Hub hub(Map<String, String> more) throws IOException {
        var models = Files.writeString(
                folder.resolve("models.yaml"), "models: [{pattern: 'drill-openai-*', provider: openai}]\n");
        Map<String, String> settings = new LinkedHashMap<>(more);
        settings.put("gaia.gateway.drain-timeout", "500ms");
        settings.put("gaia.database.url", database.url());
        settings.put("gaia.auth.api-key", KEY);
        settings.put("gaia.chat.models-file", models.toString());
        settings.put("gaia.provider.first-token-timeout", "60s");
        settings.put("gaia.provider.idle-timeout", "45s");
        settings.put("gaia.provider.attempts.idle-timeout-alone", "45s");
        settings.put("gaia.provider.endpoints.openai.base-url", "http://127.0.0.1:" + provider.port() + "/v1");
        settings.put("gaia.provider.endpoints.openai.key", "key-of-openai");
        var hub = Hub.with(settings).start();
        if (more.containsKey("gaia.nats.url")) {
            await().until(hub::connected);
        }
        return hub;
    }

    /** Begins all calls; on return each is as far as it will come. */
    private Map<Call, CompletableFuture<HttpResponse<InputStream>>> ask(Hub gateway) throws Exception {
        await().until(() ->
                gateway.get("/v1/models", "Authorization", "Bearer " + KEY).statusCode() == 200);
        Map<Call, CompletableFuture<HttpResponse<InputStream>>> answers = new LinkedHashMap<>();
        for (var call : Call.values()) {
            provider.play(call.drill(), new Script(List.of(Play.fault(call.fault, MIDDLE)), List.of(Play.well())));
            var body = "{\"model\":\"" + call.model() + "\",\"max_tokens\":4000,\"stream\":" + call.stream
                    + ",\"messages\":[{\"role\":\"user\",\"content\":\"[drill " + call.drill() + "] Go.\"}]}";
            boolean own = call.path.startsWith("/api");
            var request = HttpRequest.newBuilder(URI.create(gateway.baseUrl() + call.path))
                    .header("Content-Type", "application/json")
                    .header(own ? "X-API-Key" : "Authorization", own ? KEY : "Bearer " + KEY)
                    .POST(HttpRequest.BodyPublishers.ofString(body));
            answers.put(call, http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        }
        for (var call : Call.values()) {
            await().until(() -> provider.asked(call.drill()).size() == 1);
            if (call.speaking()) {
                answers.get(call).get(10, TimeUnit.SECONDS);
            }
        }
        return answers;
    }

    private static void assertTold(Map<Call, CompletableFuture<HttpResponse<InputStream>>> answers) throws Exception {
        for (var answer : answers.entrySet()) {
            var call = answer.getKey();
            var told = answer.getValue().get(10, TimeUnit.SECONDS);
            var body = new String(told.body().readAllBytes(), UTF_8);
            switch (call) {
                case SPEAKING_COMPLETION -> {
                    var seen = MessagesReader.openAi(body);
                    assertThat(seen.interrupted()).as(body).isTrue();
                    assertThat(seen.error()).contains("stream_interrupted");
                }
                case SPEAKING_MESSAGE ->
                    assertThat(MessagesReader.anthropic(body).interrupted())
                            .as(body)
                            .isTrue();
                case SILENT_STREAM, SILENT_COMPLETION -> {
                    assertThat(told.statusCode()).as(body).isEqualTo(503);
                    assertThat(MAPPER.readTree(body).at("/error/code").asText()).isEqualTo("gateway_overloaded");
                }
                case COLLECTED_MESSAGE -> {
                    assertThat(told.statusCode()).as(body).isEqualTo(529);
                    assertThat(MAPPER.readTree(body).at("/error/type").asText()).isEqualTo("overloaded_error");
                }
                case COLLECTED_CHAT -> {
                    assertThat(told.statusCode()).as(body).isEqualTo(503);
                    assertThat(MAPPER.readTree(body).path("detail").asText()).contains("stopping");
                }
            }
            assertThat(told.headers().firstValue("retry-after"))
                    .as(call.name())
                    .isEqualTo(call.speaking() ? Optional.empty() : Optional.of("1"));
        }
    }

    /** One closed row for each attempt, which its model was let go of. */
    private void assertLedger(String ending) {
        for (var call : Call.values()) {
            var rows = "select concat_ws(' ', outcome, cancelled_by) from chat_attempts where model = '" + call.model()
                    + "'";
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(database.column(rows)).as(call.name()).containsExactly(ending));
            await().untilAsserted(() -> assertThat(
                            provider.asked(call.drill()).getFirst().leftNanos())
                    .isPresent());
            assertThat(provider.asked(call.drill())).hasSize(1);
            var tokens = "select output_tokens > 0 from chat_attempts where model = '" + call.model() + "'";
            if (call.speaking()) {
                assertThat(database.column(tokens)).containsExactly("t");
            }
        }
    }
}
