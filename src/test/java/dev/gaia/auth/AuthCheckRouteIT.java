package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.database.TestDatabase;
import dev.gaia.error.Failure;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of semantics 3.2 and its list of consequences, on real tokens, keys and PostgreSQL. */
class AuthCheckRouteIT {

    private static final String GENERIC = "Not authenticated. Provide a valid JWT or API Key.";
    private static final String BAD_KEY = "Could not validate credentials";
    private static final String INVALID = "not.a.token";

    private static TestDatabase database;
    private static CredentialRoutes routes;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        CredentialRoutes.addOwner(database);
        CredentialRoutes.addKey(database, "inactive", "false", "null");
        CredentialRoutes.addKey(database, "expired", "true", "now() - interval '1 second'");
        CredentialRoutes.addKey(database, "expires later", "true", "now() + interval '1 hour'");
        CredentialRoutes.addKey(database, "schlüssel ☃", "true", "null");
        routes = CredentialRoutes.start(database.url(), "gaia.auth.key.upkeep-interval=200ms");
    }

    @AfterAll
    static void stop() {
        routes.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER   ", "Bearer\t"})
    void namesTheSubjectOfAValidTokenWhateverTheCaseOfTheScheme(String scheme) {
        var exchange = check(Map.of("Authorization", scheme + Tokens.good()));

        assertCaller(exchange, Tokens.USER, "jwt");
        assertThat(exchange.getMessage().getHeader("gaia-user-email")).isEqualTo("user@example.com");
    }

    @Test
    void namesTheSubjectAgainFromMemory() {
        var headers = Tokens.bearer(Tokens.good());
        check(headers);

        assertCaller(check(headers), Tokens.USER, "jwt");
    }

    @Test
    void namesTheOwnerOfAKnownKey() {
        var exchange = check(Map.of("X-API-Key", CredentialRoutes.GOOD_KEY));

        assertCaller(exchange, CredentialRoutes.OWNER, "user_api_key");
        assertThat(exchange.getMessage().getHeader("gaia-user-email")).isEqualTo("owner@example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"expires later", "schlüssel ☃"})
    void namesTheOwnerOfOtherGoodKeys(String key) {
        assertCaller(check(Map.of("X-API-Key", key)), CredentialRoutes.OWNER, "user_api_key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "inactive", "expired", "' OR pg_sleep(8)--", "' or '1'='1", " "})
    void refusesBadKeyWith403(String key) {
        assertRefused(check(Map.of("X-API-Key", key)), 403, BAD_KEY);
        assertRefused(check(Map.of("X-API-Key", key)), 403, BAD_KEY);
    }

    @Test
    void refusesBadKeyWith401OnV03() {
        assertRefused(check(Map.of("X-API-Key", "unknown", "CamelHttpPath", "/api/v0.3/chat")), 401, BAD_KEY);
    }

    @Test
    void refusesEndlessKey() {
        assertRefused(check(Map.of("X-API-Key", "k".repeat(100_000))), 403, BAD_KEY);
    }

    @Test
    void refusesKeyGivenTwice() {
        assertRefused(
                check(Map.of("X-API-Key", List.of(CredentialRoutes.GOOD_KEY, CredentialRoutes.GOOD_KEY))),
                403,
                BAD_KEY);
    }

    @Test
    void refusesBadTokenAloneWithTheGenericText() {
        assertRefused(check(Tokens.bearer(INVALID)), 401, GENERIC);
    }

    @Test
    void acceptsGoodKeyBesideBadToken() {
        var exchange = check(Map.of("Authorization", "Bearer " + INVALID, "X-API-Key", CredentialRoutes.GOOD_KEY));

        assertCaller(exchange, CredentialRoutes.OWNER, "user_api_key");
    }

    @Test
    void refusesBadKeyBesideBadToken() {
        assertRefused(check(Map.of("Authorization", "Bearer " + INVALID, "X-API-Key", "unknown")), 403, BAD_KEY);
    }

    @Test
    void acceptsGoodTokenBesideBadKey() {
        var exchange = check(Map.of("Authorization", "Bearer " + Tokens.good(), "X-API-Key", "unknown"));

        assertCaller(exchange, Tokens.USER, "jwt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer    ", "Basic dXNlcjpwYXNz", "NotBearer x", "Bearerx"})
    void refusesOtherSchemesAndEmptyTokens(String authorization) {
        assertRefused(check(Map.of("Authorization", authorization)), 401, GENERIC);
    }

    @Test
    void refusesValidTokenUnderAnotherScheme() {
        assertRefused(check(Map.of("Authorization", "NotBearer " + Tokens.good())), 401, GENERIC);
    }

    @Test
    void refusesTokenGivenTwice() {
        assertRefused(
                check(Map.of("Authorization", List.of("Bearer " + Tokens.good(), "Bearer " + INVALID))), 401, GENERIC);
    }

    @Test
    void refusesRequestWithoutCredentials() {
        assertRefused(check(Map.of()), 401, GENERIC);
    }

    @Test
    void countsEmptyKeyAsAbsent() {
        assertRefused(check(Map.of("X-API-Key", "")), 401, GENERIC);
    }

    @Test
    void refusesKeyInTheTokensPlaceAndTokenInTheKeysPlace() {
        assertRefused(check(Tokens.bearer(CredentialRoutes.GOOD_KEY)), 401, GENERIC);
        assertRefused(check(Map.of("X-API-Key", Tokens.good())), 403, BAD_KEY);
    }

    @Test
    void dropsIdentityThatCameWithTheRequest() {
        var exchange = check(Map.of("gaia-user-id", "somebody else", "gaia-user-email", "else@example.com"));

        assertRefused(exchange, 401, GENERIC);
        assertThat(exchange.getMessage().getHeaders()).doesNotContainKeys("gaia-user-id", "gaia-user-email");
    }

    @Test
    void leavesNoCredentialBehindAndTheBodyAsItWas() {
        byte[] body = {1, 2, 3};
        var exchange = routes.call(
                "auth-check",
                body,
                Map.of("authorization", "Bearer " + INVALID, "x-api-key", "gaia_test_good", "Accept", "text/plain"));

        assertThat(exchange.getMessage().getBody()).isSameAs(body);
        assertThat(exchange.getMessage().getHeaders())
                .containsOnlyKeys("Accept", "gaia-user-id", "gaia-auth-type", "gaia-user-email");
        assertThat(exchange.getVariables().toString()).doesNotContain(INVALID, CredentialRoutes.GOOD_KEY);
    }

    @Test
    void notesWhenAKeyWasUsed() {
        CredentialRoutes.addKey(database, "fresh", "true", "null");

        check(Map.of("X-API-Key", "fresh"));

        await().untilAsserted(() -> assertThat(database.value(
                        "select last_used_at > now() at time zone 'utc' - interval '1 minute' from api_keys"
                                + " where key_hash = '" + CredentialRoutes.sha256("fresh") + "'"))
                .isEqualTo("t"));
    }

    private static Exchange check(Map<String, Object> headers) {
        return routes.call("auth-check", new byte[0], headers);
    }

    private static void assertCaller(Exchange exchange, String userId, String kind) {
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeader("gaia-user-id")).isEqualTo(userId);
        assertThat(exchange.getMessage().getHeader("gaia-auth-type")).isEqualTo(kind);
    }

    private static void assertRefused(Exchange exchange, int status, String detail) {
        assertThat(exchange.getException()).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.status()).isEqualTo(status);
            assertThat(failure.getMessage()).isEqualTo(detail);
            assertThat(failure.headers()).isEmpty();
        });
        assertThat(exchange.getMessage().getHeader("gaia-user-id")).isNull();
    }
}
