package dev.gaia.chat;

import static dev.gaia.chat.ChatHub.as;
import static dev.gaia.chat.ChatHub.data;
import static dev.gaia.chat.ChatHub.frames;
import static dev.gaia.chat.ChatHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chat surfaces as several processes have them: two chat services behind a gateway, joined by a real nats-server. */
class ChatSurfacesLinkIT {

    private static final String KEY = "the-configured-key";

    @TempDir
    static Path store;

    private static EmbeddedNats nats;
    private static TestDatabase database;
    private static FakeModelProvider provider;
    private static Hub first;
    private static Hub second;
    private static Hub gateway;
    private String caller;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        nats = EmbeddedNats.start(store);
        database = TestDatabase.migrated();
        provider = FakeModelProvider.start();
        first = hub("auth,chat,asset");
        second = hub("chat");
        gateway = hub("gateway");
        await().until(() -> List.of(first, second, gateway).stream().allMatch(hub -> hub.connected()));
    }

    @AfterAll
    static void stop() {
        if (nats != null) {
            List.of(gateway, second, first).forEach(Hub::close);
            provider.close();
            database.close();
            nats.close();
        }
    }

    @BeforeEach
    void someoneNew() {
        caller = ChatHub.newCaller();
        provider.reset();
    }

    private static Hub hub(String services) {
        Map<String, String> settings = new HashMap<>();
        settings.put("gaia.services", services);
        settings.put("gaia.nats.url", nats.url());
        List.of("auth", "chat", "asset").forEach(segment -> settings.put("gaia.link." + segment, "nats"));
        settings.put("gaia.database.url", database.url());
        settings.put("gaia.auth.jwt-secret", ChatHub.SECRET);
        settings.put("gaia.auth.api-key", KEY);
        settings.put("gaia.chat.keep-alive", "300ms");
        settings.putAll(provider.settings());
        return Hub.with(settings).start();
    }

    private HttpResponse<String> post(String path, String body) {
        return gateway.post(path, body.replace('\'', '"'), as(caller));
    }

    @Test
    void streamsOnEverySurfaceWholeAndInOrder() {
        var text = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            text.append('p').append(i).append(' ');
        }
        for (var path : List.of("/api/v1/chat", "/api/v0.2/chat", "/api/v0.2/chat/stream", "/api/v0.3/chat")) {
            provider.next("fake-stream-50x5ms");
            var answer = post(path, "{'message':'Hello','stream':true}");

            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
            assertThat(answer.headers().firstValue("x-accel-buffering")).contains("no");
            var said = new StringBuilder();
            frames(answer)
                    .forEach(frame -> said.append(frame.path("content")
                            .asText(frame.at("/choices/0/delta/content").asText(""))));
            assertThat(said.toString()).as(path).isEqualTo(text.toString());
        }
    }

    @Test
    void officialReadersAcceptEveryStream() throws IOException, InterruptedException {
        var readers = NodeScripts.installed("streams");

        assertThat(readers.run("readers.mjs", gateway.baseUrl(), ChatHub.token(caller)))
                .isEmpty();
    }

    @Test
    void officialClientsAreContent() throws IOException, InterruptedException {
        var clients = NodeScripts.installed("clients");

        assertThat(clients.run("clients.mjs", gateway.baseUrl(), KEY)).isEmpty();
    }

    @Test
    void answersOnEverySurface() {
        for (var path : List.of(
                "/api/v1/chat",
                "/api/v0.2/chat",
                "/api/v0.3/chat",
                "/api/v1/chat/direct",
                "/api/v1/chat/mcp-agent",
                "/api/v1/chat/mcp-agent-hot",
                "/api/v1/chat/direct-db",
                "/api/v1/chat/orchestrated",
                "/api/v1/chat/ultrafast",
                "/api/v1/chat/ultrafast-redis")) {
            var answer = post(path, "{'message':'Hello'}");

            assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
            assertThat(answer.body()).as(path).contains(FakeModelProvider.DEFAULT_TEXT);
        }
        var created = post("/api/v1/conversations", "{}");
        assertThat(created.statusCode()).isEqualTo(201);
        var path = "/api/v1/conversations/" + json(created).path("id").asText();
        assertThat(gateway.get(path + "/messages", as(caller)).body()).isEqualTo("{\"messages\":[]}");
        var deleted = gateway.send(gateway.request(path, as(caller)).DELETE().build());
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(gateway.get(path, as(caller)).statusCode()).isEqualTo(404);
        assertThat(post("/api/v0.3/chat", "{}").body()).isEqualTo("{\"error\":\"Missing required field: message\"}");
    }

    @Test
    void answersV1InTheFormOfV03WhenAsked() {
        var body = "{\"message\":\"Hello\",\"conversation_id\":\"new\"}";
        var plain = gateway.post("/api/v1/chat", body, "X-Response-Format", "V0.3", as(caller)[0], as(caller)[1]);
        var usual = gateway.post("/api/v1/chat", body, "X-Response-Format", "xml", as(caller)[0], as(caller)[1]);

        assertThat(json(plain).fieldNames())
                .toIterable()
                .containsExactly("response", "message", "conversation_id", "_metadata");
        assertThat(json(plain).path("response").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(json(plain).path("conversation_id").asText()).isNotEmpty();
        assertThat(json(usual).path("choices")).hasSize(1);
    }

    @Test
    void showsAChangedPersonaInEveryProcess() {
        var rex = json(post(
                        "/api/v0.2/personas",
                        "{'name':'Rex " + caller + "','description':'x','system_prompt':'You are one.'}"))
                .at("/persona/id")
                .asText();
        post("/api/v0.2/personas/set", "{'persona_id':'" + rex + "'}");
        for (int i = 0; i < 8; i++) {
            assertThat(post("/api/v0.2/chat", "{'message':'Hello'}").statusCode())
                    .isEqualTo(200);
        }
        var change = gateway.send(gateway.request("/api/v0.2/personas/" + rex, as(caller))
                .PUT(BodyPublishers.ofString("{\"system_prompt\":\"You are two.\"}"))
                .build());
        assertThat(change.statusCode()).isEqualTo(200);
        provider.reset();

        await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            provider.reset();
            for (int i = 0; i < 8; i++) {
                post("/api/v0.2/chat", "{'message':'Hello'}");
            }
            assertThat(provider.requests())
                    .allSatisfy(request -> assertThat(request.body().toString()).contains("You are two."));
        });
    }

    @Test
    void hasPreferencesAndUsageInEveryProcess() {
        var preference = "/api/v0.2/chat/stream/models/user-preference";
        post(preference + "?model_id=gpt-6-luna", "");
        for (int i = 0; i < 6; i++) {
            post("/api/v1/chat", "{'message':'Hello'}");
        }

        await().until(() ->
                "6".equals(database.value("select count(*) from api_usage_costs where user_id = '" + caller + "'")));
        for (int i = 0; i < 6; i++) {
            assertThat(json(gateway.get(preference, as(caller)))
                            .at("/preference/model_id")
                            .asText())
                    .isEqualTo("gpt-6-luna");
            assertThat(json(gateway.get("/api/v0.2/usage/current", as(caller)))
                            .path("total_requests")
                            .asInt())
                    .isEqualTo(6);
        }
    }

    @Test
    void continuesAConversationInWhicheverProcessAnswers() {
        var id = json(post("/api/v0.3/chat", "{'message':'message 0'}"))
                .path("conversation_id")
                .asText();
        for (int i = 1; i < 6; i++) {
            var message = "{'message':'message " + i + "','conversation_id':'" + id + "'}";
            await().until(() -> database.value(
                            "select count(*) % 2 from chat_messages where conversation_id = '" + id + "'")
                    .equals("0"));
            assertThat(post("/api/v0.3/chat", message).statusCode()).isEqualTo(200);
        }

        await().until(() ->
                "12".equals(database.value("select count(*) from chat_messages where conversation_id = '" + id + "'")));
        assertThat(database.column("select content from chat_messages where role = 'user' and conversation_id = '" + id
                        + "' order by created_at"))
                .containsExactly("message 0", "message 1", "message 2", "message 3", "message 4", "message 5");
    }

    @Test
    void hasOneDialogueInEveryProcess() {
        for (var path : List.of("/api/v1/chat", "/api/v0.2/chat", "/api/v0.2/chat/stream")) {
            for (int turn = 0; turn < 4; turn++) {
                int known = 2 * turn;
                await().untilAsserted(
                                () -> assertThat(countsOfSeveralReads(path)).containsOnly(known));
                assertThat(post(path, "{'message':'message " + turn + "'}").statusCode())
                        .isEqualTo(200);
            }

            assertThat(provider.lastRequest()
                            .orElseThrow()
                            .body()
                            .path("messages")
                            .findValuesAsText("content"))
                    .as(path)
                    .contains("message 0", "message 1", "message 2", "message 3");
        }
    }

    /** How many messages of the dialogue whichever process answers knows of. */
    private List<Integer> countsOfSeveralReads(String path) {
        return IntStream.range(0, 6)
                .mapToObj(read -> json(gateway.get(path + "/status", as(caller)))
                        .path("message_count")
                        .asInt())
                .toList();
    }

    @Test
    void keepsQuietStreamsAlive() throws Exception {
        for (var path : List.of("/api/v0.2/chat/stream", "/api/v0.3/chat")) {
            provider.next("fake-stall-after-2");
            var answer = gateway.httpClient()
                    .send(
                            gateway.request(path, as(caller))
                                    .POST(BodyPublishers.ofString("{\"message\":\"Hello\",\"stream\":true}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            var text = new StringBuilder();
            try (var body = answer.body()) {
                while (text.indexOf(": keep-alive\n\n") < 0) {
                    text.append((char) body.read());
                }
            }
            assertThat(text).contains("content");
        }
    }

    @Test
    void namesTheChatServiceThatIsAway() {
        try (var alone = Hub.with(Map.of(
                        "gaia.services", "gateway",
                        "gaia.database.url", database.url(),
                        "gaia.auth.jwt-secret", ChatHub.SECRET,
                        "gaia.link.auth", "nats",
                        "gaia.link.chat", "nats",
                        "gaia.link.asset", "nats"))
                .start()) {
            for (var path : List.of("/api/v0.2/chat", "/api/v0.2/chat/stream", "/api/v0.3/chat")) {
                var answer = alone.post(path, "{\"message\":\"Hello\"}", as(caller));

                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).isEqualTo("{\"detail\":\"Service chat unavailable\"}");
            }
            assertThat(alone.get("/api/v0.2/personas", as(caller)).statusCode()).isEqualTo(503);
            assertThat(data(alone.get("/api/v0.2"))).isEmpty();
        }
    }
}
