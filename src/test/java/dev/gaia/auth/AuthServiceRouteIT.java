package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jwt.SignedJWT;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The auth service as a process of its own: its operations on its own port, and nothing of the gateway's. */
class AuthServiceRouteIT {

    private static TestDatabase database;
    private static Hub service;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        CredentialRoutes.addOwner(database);
        service = Hub.with(Map.of(
                        "gaia.services",
                        "auth",
                        "gaia.database.url",
                        database.url(),
                        "gaia.auth.jwt-secret",
                        CredentialRoutes.SECRET))
                .start();
    }

    @AfterAll
    static void stop() {
        service.close();
        database.close();
    }

    @Test
    void tellsItsHealthAndStatus() {
        assertThat(service.get("/health").statusCode()).isEqualTo(200);
        assertThat(service.get("/health").body()).contains("\"service\":\"auth\"", "\"status\":\"healthy\"");
        assertThat(service.get("/status").body()).contains("\"api_key_validation\":true");
    }

    @Test
    void validatesForClientsAndServices() {
        assertThat(service.post("/auth/validate", "{\"api_key\":\"" + CredentialRoutes.GOOD_KEY + "\"}")
                        .body())
                .contains("\"valid\":true");
        assertThat(service.post("/internal/validate", "{\"auth_type\":\"jwt\",\"user_id\":\"u\"}")
                        .body())
                .isEqualTo("{\"valid\":true,\"auth_type\":\"jwt\",\"user_id\":\"u\",\"api_key\":null}");
        assertThat(service.post("/internal/validate", "not json").statusCode()).isEqualTo(400);
    }

    @Test
    void swapsAKeyForATokenOfFifteenMinutes() throws Exception {
        var answer = service.post("/auth/api-key-login", "", "X-API-Key", CredentialRoutes.GOOD_KEY);

        assertThat(answer.statusCode()).isEqualTo(200);
        var document = new ObjectMapper().readTree(answer.body());
        assertThat(document.path("expires_in").asInt()).isEqualTo(900);
        assertThat(document.at("/user/email").asText()).isEqualTo("owner@example.com");
        String token = document.path("access_token").asText();
        var claims = SignedJWT.parse(token).getPayload().toJSONObject();
        assertThat(claims)
                .containsEntry("sub", CredentialRoutes.OWNER)
                .containsEntry("user_id", CredentialRoutes.OWNER)
                .containsEntry("aud", "authenticated")
                .containsEntry("user_metadata", Map.of("auth_source", "api_key_exchange"));
        assertThat((long) claims.get("exp") - (long) claims.get("iat")).isEqualTo(900);
        assertThat(service.post("/auth/validate", "{\"token\":\"" + token + "\"}")
                        .body())
                .contains("\"valid\":true", CredentialRoutes.OWNER);
    }

    @Test
    void refusesToSwapWhatIsNoKey() {
        var missing = service.post("/auth/api-key-login", "");
        var unknown = service.post("/auth/api-key-login", "", "X-API-Key", "' OR pg_sleep(8)--");

        assertThat(missing.statusCode()).isEqualTo(422);
        assertThat(missing.body())
                .isEqualTo(
                        "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"header\",\"X-API-Key\"],\"msg\":\"Field required\"}]}");
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.body()).isEqualTo("{\"detail\":\"Invalid API key\"}");
    }

    @Test
    void servesNothingOfTheGateway() {
        assertThat(service.post("/api/v1/auth/validate", "{}").statusCode()).isEqualTo(404);
        assertThat(service.get("/").statusCode()).isEqualTo(404);
    }
}
