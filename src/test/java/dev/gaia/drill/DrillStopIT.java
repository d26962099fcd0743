package dev.gaia.drill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gaia.GaiaProcess;
import dev.gaia.Hub;
import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.database.TestDatabase;
import dev.gaia.drill.DrillProvider.Script;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process stops or is killed while models speak, and while they have not begun to (failures F38). */
class DrillStopIT {

    private static final String KEY = "the-configured-key";
    private static final int MIDDLE = 20;
    private static final String BY_GATEWAY = "local gateway";

    /** What the JVM says when SIGTERM ended it, and nothing else. */
    private static final int TERMINATED = 143;

    /** Between two pieces of an answer that is whole before the grace is over. */
    private static final int PACE_MILLIS = 40;

    /** For processes, which have to be seen stopping. */
    private static final String GRACE = "6s";

    private static final Duration SILENCE_MAX = Duration.ofSeconds(4);

    /** What a busy machine may take beside a wait. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private static final String COMPLETIONS = "/v1/chat/completions";
    private static final String ENDING = "ending";

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
    void letsStreamsEndRefusesNewCallsAndTellsEveryOtherOne() throws Exception {
        try (var gaia = process("gaia", Map.of())) {
            var ending = beginToEnd(gaia.baseUrl());
            var answers = ask(gaia.baseUrl());

            gaia.terminate();

            await().until(() -> gaia.readiness() == 503);
            assertRefused(gaia.baseUrl());
            assertWhole(ending);
            assertTold(answers);
            assertThat(gaia.exitStatus()).isEqualTo(TERMINATED);
            assertLedger();
            assertThat(outcomes(ENDING)).containsExactly("ok");
        }
    }

    @Test
    void endsEveryCallInOneProcessOverNats() throws Exception {
        try (var nats = nats()) {
            var hub = hub(nats.settings());
            var answers = ask(hub.baseUrl());

            hub.close();

            assertTold(answers);
            assertLedger();
        }
    }

    @Test
    void doesTheSameWhenOnlyTheProcessOfTheModelsIsKilledAndTheNextOneStops() throws Exception {
        try (var nats = nats();
                var gateway = hub(impatient(service("gateway,auth", nats)))) {
            try (var killed = process("killed", impatient(service("chat", nats)))) {
                assertAwayOnceKilled(killed, gateway);
            }
            provider.forget();
            try (var chat = process("chat", impatient(service("chat", nats)))) {
                provider.play("after", script(Play.well()));
                await().until(() -> complete(gateway.baseUrl(), "after") == 200);
                var ending = beginToEnd(gateway.baseUrl());
                var answers = ask(gateway.baseUrl());

                chat.terminate();

                await().until(() -> chat.readiness() == 503);
                await().untilAsserted(() -> assertRefused(gateway.baseUrl()));
                assertWhole(ending);
                assertTold(answers);
                assertThat(chat.exitStatus()).isEqualTo(TERMINATED);
                assertLedger();
                assertThat(outcomes(ENDING)).containsExactly("ok");
                await().until(() -> gateway.bean(Link.class).open() == 0);
            }
        }
    }

    /** Every client is told as soon as the link takes the process for dead, and nobody is asked again. */
    private void assertAwayOnceKilled(GaiaProcess chat, Hub gateway) throws Exception {
        var answers = ask(gateway.baseUrl());

        chat.kill();

        long killed = System.nanoTime();
        assertRefused(gateway.baseUrl());
        for (var answer : answers.entrySet()) {
            answer.getKey().assertAway(answer.getValue().get(20, TimeUnit.SECONDS));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(SILENCE_MAX.plus(SLACK));
        for (var call : StoppedCall.values()) {
            await().until(() ->
                    provider.asked(call.drill()).getFirst().leftNanos().isPresent());
            assertThat(provider.asked(call.drill())).hasSize(1);
        }
        await().until(() -> gateway.bean(Link.class).open() == 0);
        assertRefused(gateway.baseUrl());
    }

    @Test
    void doesTheSameWhenOnlyTheGatewayStops() throws Exception {
        try (var nats = nats();
                var chat = hub(service("chat", nats));
                var gateway = process("gateway", service("gateway,auth", nats))) {
            var ending = beginToEnd(gateway.baseUrl());
            var answers = ask(gateway.baseUrl());

            gateway.terminate();

            await().until(() -> gateway.readiness() == 503);
            assertRefused(gateway.baseUrl());
            assertWhole(ending);
            assertTold(answers);
            assertThat(gateway.exitStatus()).isEqualTo(TERMINATED);
            assertLedger();
            await().untilAsserted(() -> assertThat(outcomes(ENDING)).containsExactly("ok"));
            await().until(() -> chat.bean(Link.class).open() == 0);
            await().until(() -> chat.bean(UpstreamClient.class).underWay() == 0);
        }
    }

    @Test
    void losesNoMoreThanTheRunningCallsInACrash() throws Exception {
        // given a model whose breaker is open, one that is paused, and one that speaks
        provider.play("down", script(Play.status(503), Play.status(503), Play.status(503), Play.well()));
        provider.play("paused", script(Play.status(429).header("Retry-After", "300"), Play.well()));
        try (var killed = process("killed", Map.of())) {
            assertThat(complete(killed.baseUrl(), "down")).isEqualTo(503);
            assertThat(complete(killed.baseUrl(), "paused")).isEqualTo(429);
            assertThat(complete(killed.baseUrl(), "paused")).isEqualTo(429);
            assertThat(provider.asked("paused")).hasSize(1);
            assertThat(breaker(killed, "down")).endsWith(" 2.0");
            await().untilAsserted(() -> assertThat(outcomes("down")).hasSize(3));
            await().untilAsserted(() -> assertThat(outcomes("paused")).hasSize(1));
            var running = begin(killed.baseUrl(), ENDING, COMPLETIONS, true, Play.fault(Play.Fault.STALL, MIDDLE));
            var body = running.get(20, TimeUnit.SECONDS).body();

            // when
            killed.kill();

            // then its client knows, and its model was let go of
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            await().until(() -> provider.asked(ENDING).getFirst().leftNanos().isPresent());
        }
        // and the next process asks every model, and has all that had ended
        try (var next = process("next", Map.of())) {
            assertThat(complete(next.baseUrl(), "down")).isEqualTo(200);
            assertThat(complete(next.baseUrl(), "paused")).isEqualTo(200);
            assertThat(breaker(next, "down")).isEmpty();
            assertThat(provider.asked("down")).hasSize(4);
            await().untilAsserted(() -> assertThat(outcomes("down")).hasSize(4).endsWith("ok"));
            await().untilAsserted(
                            () -> assertThat(outcomes("paused")).hasSize(2).endsWith("ok"));
            assertThat(outcomes(ENDING)).isEmpty();
        }
    }

    /** What the figures of a process say of a model's breaker; empty while it never opened. */
    private static String breaker(GaiaProcess gaia, String drill) throws Exception {
        return gaia.page("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("gaia_provider_breaker{") && line.contains(model(drill)))
                .collect(Collectors.joining());
    }

    private ChatLink nats() throws IOException {
        return ChatLink.start("nats", folder);
    }

    private static Map<String, String> service(String names, ChatLink nats) {
        Map<String, String> settings = new LinkedHashMap<>(nats.settings());
        settings.put("gaia.services", names);
        settings.put("gaia.link.asset", "nats");
        return settings;
    }

    /** With a link that takes a side for dead sooner, and asks it again sooner. */
    private static Map<String, String> impatient(Map<String, String> settings) {
        settings.put("gaia.link.heartbeat", "500ms");
        settings.put("gaia.link.silence-max", SILENCE_MAX.toMillis() + "ms");
        settings.put("gaia.link.breaker-open", "1s");
        return settings;
    }

    private Map<String, String> settings(Map<String, String> more) throws IOException {
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
        return settings;
    }

    private Hub hub(Map<String, String> more) throws IOException {
        var hub = Hub.with(settings(more)).start();
        if (more.containsKey("gaia.nats.url")) {
            await().until(hub::connected);
        }
        return hub;
    }

    private GaiaProcess process(String name, Map<String, String> more) throws IOException {
        var settings = settings(more);
        settings.put("gaia.gateway.drain-timeout", GRACE);
        settings.put("gaia.spool.dir", folder.resolve(name + "-spool").toString());
        return GaiaProcess.start(folder.resolve(name + ".log"), settings);
    }

    /** Begins all calls; on return each is as far as it will come. */
    private Map<StoppedCall, CompletableFuture<HttpResponse<InputStream>>> ask(String baseUrl) throws Exception {
        await().until(() -> status(request(baseUrl, "/v1/models").GET()) == 200);
        Map<StoppedCall, CompletableFuture<HttpResponse<InputStream>>> answers = new LinkedHashMap<>();
        for (var call : StoppedCall.values()) {
            answers.put(
                    call, begin(baseUrl, call.drill(), call.path(), call.stream(), Play.fault(call.fault(), MIDDLE)));
        }
        for (var call : StoppedCall.values()) {
            await().until(() -> provider.asked(call.drill()).size() == 1);
            if (call.speaking()) {
                answers.get(call).get(10, TimeUnit.SECONDS);
            }
        }
        return answers;
    }

    private CompletableFuture<HttpResponse<InputStream>> begin(
            String baseUrl, String drill, String path, boolean stream, Play play) {
        provider.play(drill, script(play));
        return http.sendAsync(
                request(baseUrl, path).POST(body(drill, stream)).build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Begins a stream that is whole before the grace is over. */
    private CompletableFuture<HttpResponse<InputStream>> beginToEnd(String baseUrl) {
        return begin(baseUrl, ENDING, COMPLETIONS, true, Play.well().pace(0, PACE_MILLIS));
    }

    private static Script script(Play... plays) {
        return new Script(List.of(plays), List.of(Play.well()));
    }

    /** Asks for a whole answer; its status. */
    private int complete(String baseUrl, String drill) throws Exception {
        return status(request(baseUrl, COMPLETIONS).POST(body(drill, false)));
    }

    private static HttpRequest.BodyPublisher body(String drill, boolean stream) {
        return HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model(drill) + "\",\"max_tokens\":4000,\"stream\":"
                + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\"[drill " + drill + "] Go.\"}]}");
    }

    private static String model(String drill) {
        return "drill-openai-" + drill;
    }

    private static HttpRequest.Builder request(String baseUrl, String path) {
        boolean own = path.startsWith("/api");
        return HttpRequest.newBuilder(URI.create(baseUrl + path))
                .timeout(Duration.ofMinutes(1))
                .header("Content-Type", "application/json")
                .header(own ? "X-API-Key" : "Authorization", own ? KEY : "Bearer " + KEY);
    }

    private int status(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private void assertRefused(String baseUrl) throws Exception {
        var request = request(baseUrl, COMPLETIONS).POST(body("newcomer", false));
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
    }

    private static void assertWhole(CompletableFuture<HttpResponse<InputStream>> answer) throws Exception {
        var body = new String(answer.get(10, TimeUnit.SECONDS).body().readAllBytes(), UTF_8);
        assertThat(MessagesReader.openAi(body).wholeText()).as(body).isTrue();
    }

    private List<String> outcomes(String drill) {
        return database.column("select outcome from chat_attempts where model = '" + model(drill) + "' order by id");
    }

    private static void assertTold(Map<StoppedCall, CompletableFuture<HttpResponse<InputStream>>> answers)
            throws Exception {
        for (var answer : answers.entrySet()) {
            answer.getKey().assertTold(answer.getValue().get(10, TimeUnit.SECONDS));
        }
    }

    /** One closed row for each attempt, whose model was let go of by the platform and not by the caller. */
    private void assertLedger() {
        for (var call : StoppedCall.values()) {
            var rows = "select concat_ws(' ', outcome, cancelled_by) from chat_attempts where model = '"
                    + model(call.drill()) + "'";
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(database.column(rows)).as(call.name()).containsExactly(BY_GATEWAY));
            await().untilAsserted(() -> assertThat(
                            provider.asked(call.drill()).getFirst().leftNanos())
                    .isPresent());
            assertThat(provider.asked(call.drill())).hasSize(1);
            var tokens = "select output_tokens > 0 from chat_attempts where model = '" + model(call.drill()) + "'";
            if (call.speaking()) {
                assertThat(database.column(tokens)).containsExactly("t");
            }
        }
    }
}
