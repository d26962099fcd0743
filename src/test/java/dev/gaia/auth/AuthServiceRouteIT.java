package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;

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
        service = Hub.with(Map.of("gaia.services", "auth", "gaia.database.url", database.url()))
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
    void servesNothingOfTheGateway() {
        assertThat(service.post("/api/v1/auth/validate", "{}").statusCode()).isEqualTo(404);
        assertThat(service.get("/").statusCode()).isEqualTo(404);
    }
}
