package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Texts that attack SQL, logs, headers and expressions, in every field for a credential: one answer, and no trace. */
@ExtendWith(OutputCaptureExtension.class)
class CredentialInjectionIT {

    private static final String ADMIN_KEY = "the-configured-key";
    private static final String MARK = "Zq7injected";

    /** Each names the mark, so that a trace of it is found wherever it is. */
    private static final List<String> ATTACKS = List.of(
            "' OR pg_sleep(60)--" + MARK,
            "'; drop table api_keys; --" + MARK,
            "' or '1'='1' /*" + MARK,
            "\\'; select 1; --" + MARK,
            "$$" + MARK + "$$",
            ":?keyHash " + MARK,
            "${jndi:ldap://127.0.0.1:1/" + MARK + "}",
            "${header.gaia-user-id}" + MARK,
            "{{env:PATH}}" + MARK,
            "#{T(java.lang.Runtime).getRuntime()}" + MARK,
            "%0d%0aX-Injected: " + MARK,
            "%s%n%x" + MARK,
            "*" + MARK + "*",
            "<script>" + MARK + "</script>",
            MARK + "\\u0000");

    /** Cannot be written into a header; in a body they can. */
    private static final List<String> BODY_ATTACKS = List.of(
            "\\r\\nX-Injected: " + MARK, "line\\n2026-11-23 CRITICAL " + MARK, "\\u0000" + MARK, "\\u001b[31m" + MARK);

    @Test
    void haveTheSameAnswerAndLeaveNoTrace(CapturedOutput output) {
        try (var database = TestDatabase.migrated();
                var hub = Hub.with(Map.of(
                                "gaia.database.url",
                                database.url(),
                                "gaia.auth.api-key",
                                ADMIN_KEY,
                                "gaia.auth.jwt-secret",
                                CredentialRoutes.SECRET,
                                "gaia.log-level",
                                "DEBUG"))
                        .start()) {
            long start = System.nanoTime();
            for (String attack : ATTACKS) {
                assertRefused(hub, attack, 403, "X-API-Key", attack);
                assertRefused(hub, attack, 401, "Authorization", "Bearer " + attack);
                assertRefused(hub, attack, 401, "Authorization", attack);
                assertRefused(hub, attack, 403, "X-API-Key", attack, "Authorization", "Bearer " + attack);
                // beside what is good
                assertThat(status(hub, "X-API-Key", ADMIN_KEY, "Authorization", "Bearer " + attack))
                        .isEqualTo(200);
                assertThat(status(hub, "Authorization", "Bearer " + Tokens.good(), "X-API-Key", attack))
                        .isEqualTo(200);
                hub.get("/?api_key=" + URLEncoder.encode(attack, StandardCharsets.UTF_8));
            }
            for (String attack : withBodyAttacks()) {
                for (String field : List.of("token", "api_key")) {
                    var answer = hub.post("/api/v1/auth/validate", "{\"" + field + "\":\"" + attack + "\"}");
                    assertThat(answer.statusCode()).as(attack).isEqualTo(200);
                    assertThat(answer.body())
                            .isEqualTo("{\"valid\":false,\"auth_type\":\"none\",\"user_id\":null,"
                                    + "\"error\":\"No valid authentication credentials provided\"}");
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(40));
            assertThat(database.value("select count(*) from api_keys")).isEqualTo("1");
            assertThat(status(hub, "X-API-Key", ADMIN_KEY)).isEqualTo(200);
            await().until(() -> output.getAll().contains("POST /api/v1/auth/validate"));
        }
        assertThat(output.getAll()).doesNotContain(MARK, "X-Injected");
    }

    @Test
    void haveTheSameAnswerWhileTheStoreFails(CapturedOutput output) {
        try (var hub = Hub.with(Map.of(
                        "gaia.database.url", "postgresql://nobody:nothing@127.0.0.1:1/absent",
                        "gaia.database.pool-timeout", "250ms",
                        "gaia.auth.jwt-secret", CredentialRoutes.SECRET,
                        "gaia.log-level", "DEBUG"))
                .start()) {
            for (String attack : ATTACKS) {
                var answer = hub.get("/api/v1/assets/health", "X-API-Key", attack);
                assertThat(answer.statusCode()).isEqualTo(500);
                assertThat(answer.body()).isEqualTo("{\"detail\":\"Internal server error during authentication\"}");
            }
            for (String attack : withBodyAttacks()) {
                var answer = hub.post("/api/v1/auth/validate", "{\"api_key\":\"" + attack + "\"}");
                assertThat(answer.statusCode()).isEqualTo(500);
                assertThat(answer.body()).doesNotContain(MARK);
            }
            await().until(() -> output.getAll().contains("POST /api/v1/auth/validate"));
        }
        assertThat(output.getAll()).doesNotContain(MARK, "X-Injected");
    }

    @Test
    void areTextInWhatAdministratorsWrite(CapturedOutput output) {
        try (var database = TestDatabase.migrated();
                var hub = Hub.with(Map.of("gaia.database.url", database.url(), "gaia.auth.api-key", ADMIN_KEY))
                        .start()) {
            for (String attack : ATTACKS) {
                String body = "{\"name\":\"" + attack.replace("\\", "\\\\") + "\"}";
                var made = hub.post("/api/v1/auth/keys", body, "X-API-Key", ADMIN_KEY);
                assertThat(made.statusCode()).as(attack).isEqualTo(201);
                assertThat(database.column("select name from api_keys")).contains(attack);
            }
            for (String attack : BODY_ATTACKS) {
                assertThat(hub.post("/api/v1/auth/keys", "{\"name\":\"x" + attack + "\"}", "X-API-Key", ADMIN_KEY)
                                .statusCode())
                        .as(attack)
                        .isEqualTo(422);
            }
            String path = "/api/v1/auth/keys/"
                    + URLEncoder.encode("x' or '1'='1", StandardCharsets.UTF_8).replace("+", "%20");
            assertThat(hub.send(hub.request(path, "X-API-Key", ADMIN_KEY)
                                    .method("DELETE", BodyPublishers.noBody())
                                    .build())
                            .statusCode())
                    .isEqualTo(404);
            assertThat(database.column("select distinct is_active from api_keys"))
                    .containsExactly("t");
        }
        assertThat(output.getAll()).doesNotContain("X-Injected");
    }

    private static List<String> withBodyAttacks() {
        var all = new ArrayList<>(BODY_ATTACKS);
        ATTACKS.forEach(attack -> all.add(attack.replace("\\", "\\\\")));
        return all;
    }

    private static void assertRefused(Hub hub, String attack, int status, String... headers) {
        var answer = hub.get("/api/v1/assets/health", headers);
        assertThat(answer.statusCode()).as(attack).isEqualTo(status);
        assertThat(answer.body())
                .isEqualTo(
                        status == 403
                                ? "{\"detail\":\"Could not validate credentials\"}"
                                : "{\"detail\":\"Not authenticated. Provide a valid JWT or API Key.\"}");
        assertThat(answer.headers().firstValue("x-injected")).isEmpty();
    }

    private static int status(Hub hub, String... headers) {
        return hub.get("/api/v1/assets/health", headers).statusCode();
    }
}
