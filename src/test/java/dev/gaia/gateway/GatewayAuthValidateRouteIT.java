package dev.gaia.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Validation as a client sees it, on both versions of the path. */
class GatewayAuthValidateRouteIT {

    private static final String KEY = "the-configured-key";

    private static TestDatabase database;
    private static Hub hub;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        hub = Hub.with(Map.of(
                        "gaia.database.url",
                        database.url(),
                        "gaia.auth.api-key",
                        KEY,
                        "gaia.auth.jwt-secret",
                        "a-secret-for-tests-with-more-than-32-bytes"))
                .start();
    }

    @AfterAll
    static void stop() {
        hub.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/auth/validate", "/api/v0.3/auth/validate", "/api/v1/auth/validate/"})
    void tellsTheOwnerOfTheConfiguredKey(String path) {
        var answer = hub.post(path, "{\"api_key\":\"" + KEY + "\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"valid\":true,\"auth_type\":\"api_key\",\"user_id\":\""
                        + database.value("select id from users where email = 'dev@gaia.local'") + "\",\"error\":null}");
    }

    @Test
    void answers200WithoutVerdictForAnEmptyObject() {
        var answer = hub.post("/api/v1/auth/validate", "{}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"valid\":false,\"auth_type\":\"none\",\"user_id\":null,"
                        + "\"error\":\"No valid authentication credentials provided\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "not json"})
    void refusesBodiesThatAreNoObject(String body) {
        assertThat(hub.post("/api/v1/auth/validate", body).statusCode()).isEqualTo(400);
        assertThat(hub.post("/api/v1/auth/validate", body).body()).isEqualTo("{\"detail\":\"Invalid JSON body\"}");
        assertThat(hub.post("/api/v0.3/auth/validate", body).body()).isEqualTo("{\"error\":\"Invalid JSON body\"}");
    }

    @Test
    void wrapsTheListOfWrongTypesAndEchoesNoInput() {
        var answer = hub.post("/api/v1/auth/validate", "{\"token\":5,\"api_key\":\"secret\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body())
                .startsWith("{\"detail\":\"Service error: {")
                .contains("string_type", "token")
                .doesNotContain("secret");
    }

    @Test
    void servesNoInternalOperation() {
        assertThat(hub.post("/internal/validate", "{}").statusCode()).isEqualTo(404);
        assertThat(hub.get("/status").statusCode()).isEqualTo(404);
        assertThat(hub.get("/api/v1/auth/validate").statusCode()).isEqualTo(405);
    }
}
