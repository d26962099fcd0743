package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.database.TestDatabase;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthValidateRouteIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NO_VERDICT = "{\"valid\":false,\"auth_type\":\"none\",\"user_id\":null,"
            + "\"error\":\"No valid authentication credentials provided\"}";

    private static TestDatabase database;
    private static CredentialRoutes routes;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        CredentialRoutes.addOwner(database);
        routes = CredentialRoutes.start(database.url(), "gaia.auth.api-key=the-configured-key");
    }

    @AfterAll
    static void stop() {
        routes.close();
        database.close();
    }

    @Test
    void saysWhoseTokenItIs() {
        assertThat(validate("{\"token\":\"" + Tokens.good() + "\"}"))
                .isEqualTo("{\"valid\":true,\"auth_type\":\"jwt\",\"user_id\":\"" + Tokens.USER + "\",\"error\":null}");
    }

    @Test
    void saysWhoseKeyItIs() {
        assertThat(validate("{\"api_key\":\"" + CredentialRoutes.GOOD_KEY + "\"}"))
                .isEqualTo("{\"valid\":true,\"auth_type\":\"api_key\",\"user_id\":\"" + CredentialRoutes.OWNER
                        + "\",\"error\":null}");
    }

    @Test
    void triesTheTokenFirstAndThenTheKey() {
        assertThat(validate("{\"token\":\"" + Tokens.good() + "\",\"api_key\":\"" + CredentialRoutes.GOOD_KEY + "\"}"))
                .contains("\"jwt\"");
        assertThat(validate("{\"token\":\"bad\",\"api_key\":\"" + CredentialRoutes.GOOD_KEY + "\"}"))
                .contains("\"api_key\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"token\":null,\"api_key\":null}",
                "{\"token\":\"\",\"api_key\":\"\"}",
                "{\"token\":\"bad\"}",
                "{\"api_key\":\"' OR pg_sleep(8)--\"}",
                "{\"token\":\"bad\",\"api_key\":\"bad\"}"
            })
    void answers200WithoutVerdictForWhatIsNotGood(String body) {
        assertThat(validate(body)).isEqualTo(NO_VERDICT);
    }

    @Test
    void doesNotLookAtHeaders() {
        var exchange =
                routes.call("auth-validate", "{}".getBytes(StandardCharsets.UTF_8), Tokens.bearer(Tokens.good()));

        assertThat(exchange.getMessage().getBody(String.class)).isEqualTo(NO_VERDICT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"token\":5}|token",
                "{\"token\":[\"x\"]}|token",
                "{\"api_key\":{}}|api_key",
                "{\"token\":null,\"api_key\":true}|api_key"
            })
    void refusesWrongTypesWithoutEchoingThem(String body, String field) {
        assertInvalid(
                body,
                "[{\"type\":\"string_type\",\"loc\":[\"body\",\"" + field
                        + "\"],\"msg\":\"Input should be a valid string\"}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "5", "not json", "{\"token\":"})
    void refusesBodiesThatAreNoObject(String body) {
        assertInvalid(
                body,
                "[{\"type\":\"model_attributes_type\",\"loc\":[\"body\"],\"msg\":\"Input should be a valid JSON object\"}]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"auth_type\":\"jwt\",\"user_id\":\"u\"}"
                        + "|{\"valid\":true,\"auth_type\":\"jwt\",\"user_id\":\"u\",\"api_key\":null}",
                "{\"auth_type\":\"jwt\"}|{\"valid\":false,\"error\":\"Invalid JWT authentication data\"}",
                "{\"auth_type\":\"jwt\",\"user_id\":5}|{\"valid\":false,\"error\":\"Invalid JWT authentication data\"}",
                "{\"auth_type\":\"user_api_key\",\"user_id\":\"OWNER\",\"api_key\":\"gaia_test_good\"}"
                        + "|{\"valid\":true,\"auth_type\":\"user_api_key\",\"user_id\":\"OWNER\",\"api_key\":\"gaia_test_good\"}",
                "{\"auth_type\":\"user_api_key\",\"user_id\":\"OWNER\",\"key\":\"gaia_test_good\"}"
                        + "|{\"valid\":true,\"auth_type\":\"user_api_key\",\"user_id\":\"OWNER\",\"api_key\":\"gaia_test_good\"}",
                "{\"auth_type\":\"user_api_key\",\"user_id\":\"OWNER\"}"
                        + "|{\"valid\":false,\"error\":\"Invalid user API key authentication data\"}",
                "{\"auth_type\":\"user_api_key\",\"key\":\"gaia_test_good\"}"
                        + "|{\"valid\":false,\"error\":\"Invalid user API key authentication data\"}",
                "{\"auth_type\":\"user_api_key\",\"user_id\":\"other\",\"key\":\"gaia_test_good\"}"
                        + "|{\"valid\":false,\"error\":\"Invalid user API key authentication data\"}",
                "{\"auth_type\":\"user_api_key\",\"user_id\":\"OWNER\",\"key\":\"forged\"}"
                        + "|{\"valid\":false,\"error\":\"Invalid user API key authentication data\"}",
                "{\"auth_type\":\"api_key\",\"api_key\":\"the-configured-key\"}"
                        + "|{\"valid\":true,\"auth_type\":\"api_key\",\"user_id\":null,\"api_key\":\"the-configured-key\"}",
                "{\"auth_type\":\"api_key\",\"key\":\"other\"}"
                        + "|{\"valid\":false,\"error\":\"Invalid API key in service authentication\"}",
                "{\"auth_type\":\"api_key\"}|{\"valid\":false,\"error\":\"Invalid API key in service authentication\"}",
                "{\"auth_type\":\"service_jwt\",\"service\":\"chat\"}"
                        + "|{\"valid\":true,\"auth_type\":\"service_jwt\",\"user_id\":\"service:chat\",\"api_key\":null}",
                "{\"auth_type\":\"service_jwt\"}|{\"valid\":false,\"error\":\"Invalid JWT authentication data\"}",
                "{\"auth_type\":\"none\"}|{\"valid\":false,\"error\":\"Unknown authentication type\"}",
                "{\"auth_type\":7}|{\"valid\":false,\"error\":\"Unknown authentication type\"}",
                "{}|{\"valid\":false,\"error\":\"Unknown authentication type\"}"
            })
    void checksIdentityRecordsOfOtherServices(String body, String answer) throws JsonProcessingException {
        var exchange = routes.call(
                "auth-internal-validate",
                body.replace("OWNER", CredentialRoutes.OWNER).getBytes(StandardCharsets.UTF_8),
                Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(JSON.readTree(exchange.getMessage().getBody(String.class)))
                .isEqualTo(JSON.readTree(answer.replace("OWNER", CredentialRoutes.OWNER)));
    }

    @Test
    void tellsStatusAndHealth() throws JsonProcessingException {
        assertThat(answer("auth-status", ""))
                .isEqualTo("{\"service\":\"auth\",\"version\":\"0.2\",\"environment\":\"development\",\"debug\":false,"
                        + "\"features\":{\"jwt_validation\":true,\"api_key_validation\":true,\"supabase_auth\":false,"
                        + "\"user_registration\":true}}");
        JsonNode health = JSON.readTree(answer("auth-health", ""));
        assertThat(health.path("status").asText()).isEqualTo("healthy");
        assertThat(health.path("database").toString())
                .isEqualTo("{\"status\":\"healthy\",\"database\":\"postgresql\",\"responsive\":true}");
        assertThat(health.path("supabase").toString())
                .isEqualTo("{\"status\":\"healthy\",\"service\":\"supabase\",\"responsive\":false,\"url\":null,"
                        + "\"configured\":false}");
        assertThat(health.path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    }

    private static String validate(String body) {
        return answer("auth-validate", body);
    }

    private static String answer(String route, String body) {
        var exchange = routes.call(route, body.getBytes(StandardCharsets.UTF_8), Map.of());
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeader("Content-Type")).isEqualTo("application/json");
        assertThat(exchange.getVariables().toString()).doesNotContain("eyJ", CredentialRoutes.GOOD_KEY);
        return exchange.getMessage().getBody(String.class);
    }

    private static void assertInvalid(String body, String issues) {
        var exchange = routes.call("auth-validate", body.getBytes(StandardCharsets.UTF_8), Map.of());
        assertThat(exchange.getException()).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.AUTH_INVALID_REQUEST);
            assertThat(failure.detail().toString()).isEqualTo(issues);
        });
    }
}
