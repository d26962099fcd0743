package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.embedded.EmbeddedNats;
import io.nats.client.Nats;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of keys reach every process: two gateways and the auth segment, joined by a real broker and a database. */
@SuppressWarnings("try") // the NATS client's close may be interrupted
class KeyChangesIT {

    private static final String ADMIN_KEY = "the-configured-key";
    private static final String KEYS = "/api/v1/auth/keys";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path store;

    private static EmbeddedNats nats;
    private static TestDatabase database;
    private static Hub segments;
    private static Hub gateway;
    private static Hub otherGateway;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        nats = EmbeddedNats.start(store);
        database = TestDatabase.migrated();
        // The next reading of the directory is hours away: whatever is known is known from the broker.
        segments = hub("auth,chat,asset", nats.url(), "10h");
        gateway = hub("gateway", nats.url(), "10h");
        otherGateway = hub("gateway", nats.url(), "10h");
        await().until(() -> gateway.connected() && otherGateway.connected() && segments.connected());
        await().until(() -> gateway.get(KEYS, "X-API-Key", ADMIN_KEY).statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        otherGateway.close();
        gateway.close();
        segments.close();
        database.close();
        nats.close();
    }

    private static Hub hub(String services, String broker, String upkeepInterval) {
        Map<String, String> settings = new HashMap<>();
        settings.put("gaia.services", services);
        settings.put("gaia.nats.url", broker);
        String link = "disabled".equals(broker) ? "direct" : "nats";
        for (String segment : new String[] {"auth", "chat", "asset"}) {
            settings.put("gaia.link." + segment, link);
        }
        settings.put("gaia.database.url", database.url());
        settings.put("gaia.auth.api-key", ADMIN_KEY);
        settings.put("gaia.auth.refused-key-ttl", "1h");
        settings.put("gaia.auth.key.upkeep-interval", upkeepInterval);
        return Hub.with(settings).start();
    }

    @Test
    void aRevokedKeyIsDeadInEveryProcess() throws IOException {
        revokeAndSee();
    }

    private static void revokeAndSee() throws IOException {
        var made = create(gateway);
        assertThat(works(gateway, made)).isTrue();
        assertThat(works(otherGateway, made)).isTrue();

        send(gateway, "DELETE", "/" + made.path("id").asText(), "");

        await().until(() -> !works(gateway, made) && !works(otherGateway, made));
    }

    @Test
    void aKeyThatWasRefusedWorksAsSoonAsItMay() throws IOException {
        var made = create(gateway);
        database.execute("update api_keys set is_active = false where id = '"
                + made.path("id").asText() + "'");
        assertThat(works(otherGateway, made)).isFalse();
        database.execute("update api_keys set is_active = true where id = '"
                + made.path("id").asText() + "'");
        assertThat(works(otherGateway, made)).as("remembered for an hour").isFalse();

        send(gateway, "PATCH", "/" + made.path("id").asText(), "{\"name\":\"back\"}");

        await().until(() -> works(otherGateway, made));
    }

    @Test
    void aShorterEndIsSeenEverywhere() throws IOException {
        var made = create(gateway);
        assertThat(works(otherGateway, made)).isTrue();

        send(gateway, "PATCH", "/" + made.path("id").asText(), "{\"expires_at\":\"2020-01-01T00:00:00Z\"}");

        await().until(() -> !works(otherGateway, made));
    }

    @Test
    void noticesHoldNoKeyAndNoWholeDigest() throws Exception {
        var notices = new ConcurrentLinkedQueue<String>();
        try (var listener = Nats.connect(nats.url())) {
            listener.createDispatcher(message -> notices.add(new String(message.getData(), StandardCharsets.UTF_8)))
                    .subscribe("gaia.auth.key.changed");
            listener.flush(Duration.ofSeconds(2));

            var made = create(gateway);

            await().until(() -> !notices.isEmpty());
            String digest = CredentialRoutes.sha256(made.path("key").asText());
            assertThat(notices.peek())
                    .isEqualTo("{\"usable\":[\"" + digest.substring(0, 16) + "\"],\"gone\":[]}")
                    .doesNotContain(made.path("key").asText(), digest);
        }
    }

    @Test
    void whatIsNoNoticeIsDropped() throws Exception {
        try (var forger = Nats.connect(nats.url())) {
            for (String text : new String[] {"", "x", "[]", "{\"gone\":\"all\"}", "{\"gone\":[\"zz\",5,null,{}]}"}) {
                forger.publish("gaia.auth.key.changed", text.getBytes(StandardCharsets.UTF_8));
            }
            forger.flush(Duration.ofSeconds(2));
        }
        revokeAndSee();
    }

    @Test
    void withoutABrokerARevokedKeyIsDeadAfterTheNextReading() throws IOException {
        try (var one = hub("gateway,auth,chat,asset", "disabled", "500ms");
                var other = hub("gateway,auth,chat,asset", "disabled", "500ms")) {
            var made = create(one);
            assertThat(works(other, made)).isTrue();

            send(one, "DELETE", "/" + made.path("id").asText(), "");

            assertThat(works(one, made)).isFalse();
            await().until(() -> !works(other, made));

            // also when somebody deletes the row
            var deleted = create(one);
            assertThat(works(other, deleted)).isTrue();
            database.execute(
                    "delete from api_keys where id = '" + deleted.path("id").asText() + "'");
            await().until(() -> !works(one, deleted) && !works(other, deleted));
        }
    }

    private static JsonNode create(Hub hub) throws IOException {
        var answer = hub.post(KEYS, "{}", "X-API-Key", ADMIN_KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return MAPPER.readTree(answer.body());
    }

    private static void send(Hub hub, String method, String path, String body) {
        var answer = hub.send(hub.request(KEYS + path, "X-API-Key", ADMIN_KEY)
                .method(method, BodyPublishers.ofString(body))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    }

    private static boolean works(Hub hub, JsonNode made) {
        return hub.get("/api/v1/assets/health", "X-API-Key", made.path("key").asText())
                        .statusCode()
                == 200;
    }
}
