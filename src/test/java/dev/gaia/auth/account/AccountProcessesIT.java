package dev.gaia.auth.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.embedded.EmbeddedNats;
import io.nats.client.Nats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateway and auth in processes of their own, joined by NATS: accounts, their events, the end of a session. */
@SuppressWarnings("try") // the NATS client's close may be interrupted
class AccountProcessesIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String CREDENTIALS = "{\"email\":\"ann@example.com\",\"password\":\"a good p4ssword\"}";

    @TempDir
    Path store;

    @Test
    void accountsWorkAcrossTheLinkAndTellWhatHappened() throws Exception {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        try (var server = EmbeddedNats.start(store);
                var database = TestDatabase.migrated();
                var monitor = Nats.connect(server.url());
                var auth = hub("auth", server.url(), database).start();
                var gateway = hub("gateway,chat", server.url(), database).start()) {
            var events = monitor.subscribe("gaia.auth.*");
            monitor.flush(Duration.ofSeconds(2));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> gateway.post("/api/v1/auth/validate", "{}").statusCode() == 200);

            // when
            assertThat(gateway.post("/api/v1/auth/register", CREDENTIALS).statusCode())
                    .isEqualTo(200);
            var login = json(gateway.post("/api/v1/auth/login", CREDENTIALS));
            String access = login.at("/session/access_token").asText();
            String refresh = login.at("/session/refresh_token").asText();
            assertThat(status(gateway, access)).isEqualTo(200);
            assertThat(gateway.post("/api/v1/auth/login", CREDENTIALS.replace("good", "bad"))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(gateway.post("/api/v1/auth/refresh", "{\"refresh_token\":\"" + refresh + "\"}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(gateway.post("/api/v1/auth/logout", "", "Authorization", "Bearer " + access)
                            .statusCode())
                    .isEqualTo(200);

            // then
            await().until(() -> status(gateway, access) == 401);
            var seen = new ArrayList<JsonNode>();
            for (int i = 0; i < 5; i++) {
                seen.add(json(new String(
                        events.nextMessage(Duration.ofSeconds(5)).getData(), java.nio.charset.StandardCharsets.UTF_8)));
            }
            assertThat(seen)
                    .extracting(event -> event.path("event").asText() + " "
                            + event.path("success").asBoolean())
                    .containsExactly("register true", "login true", "login false", "refresh true", "logout true");
            String user = login.at("/user/id").asText();
            assertThat(seen)
                    .extracting(event -> event.path("user_id").asText("none"))
                    .containsExactly(user, user, "none", user, user);
            assertThat(seen).allSatisfy(event -> {
                assertThat(event.fieldNames())
                        .toIterable()
                        .containsExactlyInAnyOrder("event", "auth_type", "user_id", "success", "timestamp");
                assertThat(event.path("auth_type").asText()).isEqualTo("jwt");
            });
            assertThat(seen.toString()).doesNotContain(access, refresh, "p4ssword");
            assertThat(auth.get("/auth/v1/health").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/auth/v1/health").statusCode()).isEqualTo(404);
        }
    }

    private static Hub.Builder hub(String services, String nats, TestDatabase database) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "gaia.services",
                services,
                "gaia.nats.url",
                nats,
                "gaia.database.url",
                database.url(),
                "gaia.health.check-timeout",
                "1s"));
        for (String link : List.of("auth", "asset")) {
            settings.put("gaia.link." + link, "nats");
        }
        return Hub.with(settings);
    }

    private static int status(Hub gateway, String access) {
        return gateway.get("/api/v1/chat/status", "Authorization", "Bearer " + access)
                .statusCode();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return json(answer.body());
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
