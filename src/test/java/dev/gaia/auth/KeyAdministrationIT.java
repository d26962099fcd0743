package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as administrators make, list, change and revoke them, over HTTP. */
class KeyAdministrationIT {

    private static final String ADMIN_KEY = "the-configured-key";
    private static final String KEYS = "/api/v1/auth/keys";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static TestDatabase database;
    private static Hub hub;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        CredentialRoutes.addOwner(database);
        hub = Hub.with(Map.of(
                        "gaia.database.url",
                        database.url(),
                        "gaia.auth.api-key",
                        ADMIN_KEY,
                        "gaia.auth.jwt-secret",
                        CredentialRoutes.SECRET))
                .start();
    }

    @AfterAll
    static void stop() {
        hub.close();
        database.close();
    }

    @Test
    void showsANewKeyOnceAndStoresItsDigestOnly() {
        var made = create("{'name':'build server'}");

        assertThat(made.path("key").asText()).matches("gaia_dev_[A-Za-z0-9]{43}");
        assertThat(made.path("key").asText()).startsWith(made.path("prefix").asText());
        assertThat(made.path("name").asText()).isEqualTo("build server");
        assertThat(made.path("email").asText()).isEqualTo("dev@gaia.local");
        assertThat(made.path("is_active").asBoolean()).isTrue();
        assertThat(made.path("expires_at").isNull()).isTrue();
        assertThat(works(made)).isTrue();
        assertThat(database.value("select key_hash from api_keys where id = '" + id(made) + "'"))
                .isEqualTo(CredentialRoutes.sha256(made.path("key").asText()));
        assertThat(send("GET", "", "").body()).doesNotContain(made.path("key").asText(), "key_hash");
    }

    @Test
    void worksAtOnceAlthoughTheKeyWasRefusedBefore() {
        // A key cannot be known before it is made; a revoked one that is taken up again comes close.
        var made = create("{}");
        database.execute("update api_keys set is_active = false where id = '" + id(made) + "'");
        send("PATCH", "/" + id(made), "{'name':'resting'}");
        assertThat(works(made)).isFalse();

        database.execute("update api_keys set is_active = true where id = '" + id(made) + "'");
        send("PATCH", "/" + id(made), "{'name':'awake'}");

        assertThat(works(made)).isTrue();
    }

    @Test
    void givesTheKeyToTheNamedUserWhoIsMadeOnFirstUse() {
        var known = create("{'email':'owner@example.com'}");
        var unknown = create("{'email':'newcomer@example.com'}");

        assertThat(known.path("user_id").asText()).isEqualTo(CredentialRoutes.OWNER);
        assertThat(database.value("select id from users where email = 'newcomer@example.com'"))
                .isEqualTo(unknown.path("user_id").asText());
        assertThat(works(unknown)).isTrue();
    }

    @Test
    void letsAdministratorsByTokenIn() {
        var admin = Tokens.sign(
                CredentialRoutes.SECRET,
                Tokens.claims().claim("app_metadata", Map.of("role", "admin")).build());
        var answer = hub.post(KEYS, "{}", "Authorization", "Bearer " + admin);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(json(answer).path("user_id").asText()).isEqualTo(Tokens.USER);
        assertThat(json(answer).path("email").asText()).isEqualTo("user@example.com");
    }

    @Test
    void refusesWhoeverIsNoAdministrator() {
        String someKey = "/" + id(create("{}"));
        String[] credentials = {
            "X-API-Key", CredentialRoutes.GOOD_KEY, "Authorization", "Bearer " + Tokens.good(), "gaia-admin", "true"
        };
        for (int i = 0; i < 4; i += 2) {
            for (String path : new String[] {"", someKey, "/" + UUID.randomUUID(), "/x"}) {
                String method = path.isEmpty() ? "GET" : "DELETE";
                var answer = hub.send(
                        hub.request(KEYS + path, credentials[i], credentials[i + 1], credentials[4], credentials[5])
                                .method(method, BodyPublishers.noBody())
                                .build());

                assertThat(answer.statusCode()).isEqualTo(403);
                assertThat(answer.body()).isEqualTo("{\"detail\":\"Only administrators may do this\"}");
            }
        }
        assertThat(hub.get(KEYS, "gaia-admin", "true").statusCode()).isEqualTo(401);
        assertThat(hub.get(KEYS, "X-API-Key", "unknown").statusCode()).isEqualTo(403);
    }

    @Test
    void makesNoAdministratorByAccident() {
        var plain = create("{'permissions':{}}");
        var admin = create("{'permissions':{'admin':true}}");

        assertThat(hub.get(KEYS, "X-API-Key", key(plain)).statusCode()).isEqualTo(403);
        assertThat(hub.get(KEYS, "X-API-Key", key(admin)).statusCode()).isEqualTo(200);
        for (String odd : new String[] {"\"true\"", "1", "[true]", "null"}) {
            CredentialRoutes.addKey(database, "odd " + odd, "true", "null");
            database.execute("update api_keys set permissions = '{\"admin\": " + odd + "}' where key_hash = '"
                    + CredentialRoutes.sha256("odd " + odd) + "'");
            assertThat(hub.get(KEYS, "X-API-Key", "odd " + odd).statusCode())
                    .as(odd)
                    .isEqualTo(403);
        }
    }

    @Test
    void namesAnewAndSetsTheEnd() {
        var made = create("{'expires_at':'2099-01-31T12:00:00Z'}");
        assertThat(made.path("expires_at").asText()).isEqualTo("2099-01-31T12:00:00.000000");

        var named = json(send("PATCH", "/" + id(made), "{'name':'other'}"));
        assertThat(named.path("name").asText()).isEqualTo("other");
        assertThat(named.path("expires_at").asText()).isEqualTo("2099-01-31T12:00:00.000000");
        assertThat(named.has("key")).isFalse();

        var endless = json(send("PATCH", "/" + id(made), "{'expires_at':null}"));
        assertThat(endless.path("expires_at").isNull()).isTrue();
        assertThat(endless.path("name").asText()).isEqualTo("other");
        assertThat(works(made)).isTrue();

        send("PATCH", "/" + id(made), "{'expires_at':'2020-01-01T00:00:00'}");
        assertThat(works(made)).isFalse();
    }

    @Test
    void rotatesWithoutAMomentInWhichNoKeyWorks() {
        var made = create("{'name':'rotating','permissions':{'admin':true},'email':'owner@example.com'}");
        assertThat(works(made)).isTrue();

        var next = json(send("POST", "/" + id(made) + "/rotate", "{'overlap_seconds':3600}"));

        assertThat(works(made)).isTrue();
        assertThat(works(next)).isTrue();
        assertThat(id(next)).isNotEqualTo(id(made));
        assertThat(next.path("name").asText()).isEqualTo("rotating");
        assertThat(next.path("email").asText()).isEqualTo("owner@example.com");
        assertThat(next.path("permissions").path("admin").asBoolean()).isTrue();
        assertThat(next.path("expires_at").isNull()).isTrue();

        var last = json(send("POST", "/" + id(next) + "/rotate", "{}"));
        assertThat(works(next)).isFalse();
        assertThat(works(last)).isTrue();
        assertThat(send("POST", "/" + id(next) + "/rotate", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void revokesAtOnceAndAgain() {
        var made = create("{}");
        assertThat(works(made)).isTrue();

        assertThat(send("DELETE", "/" + id(made), "").statusCode()).isEqualTo(204);

        assertThat(works(made)).isFalse();
        assertThat(send("DELETE", "/" + id(made), "").statusCode()).isEqualTo(204);
        assertThat(database.value("select is_active from api_keys where id = '" + id(made) + "'"))
                .isEqualTo("f");
    }

    @Test
    void listsTheNewestFirst() {
        var older = create("{'name':'older'}");
        var newer = create("{'name':'newer'}");

        var listed = json(send("GET", "", "")).path("keys").findValuesAsText("id");

        assertThat(listed).containsSubsequence(id(newer), id(older));
        assertThat(listed.getFirst()).isEqualTo(id(newer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-0000-0000-000000000000", "x", "1-1-1-1-1", "' or '1'='1"})
    void answersNotFoundForWhatIsNoKey(String id) {
        String path = "/"
                + java.net.URLEncoder.encode(id, java.nio.charset.StandardCharsets.UTF_8)
                        .replace("+", "%20");
        for (var answer : new HttpResponse<?>[] {
            send("PATCH", path, "{'name':'x'}"), send("POST", path + "/rotate", "{}"), send("DELETE", path, "")
        }) {
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body().toString()).contains("API key not found");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'name':''}",
                "{'name':5}",
                "{'name':'a\\nb'}",
                "{'email':'nobody'}",
                "{'expires_at':'2020-01-01T00:00:00Z'}",
                "{'expires_at':'soon'}",
                "{'permissions':[]}",
                "{'permissions':{'admin':'yes'}}"
            })
    void refusesWrongFields(String body) {
        var answer = hub.post(KEYS, quoted(body), "X-API-Key", ADMIN_KEY);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).startsWith("{\"detail\":\"Service error: {\\\"detail\\\":[");
    }

    @Test
    void takesOwnerAndRightsFromNothingButTheirFields() {
        var made = create("{'user_id':'" + CredentialRoutes.OWNER + "','admin':true,'key':'mine','is_active':false}");

        assertThat(made.path("email").asText()).isEqualTo("dev@gaia.local");
        assertThat(made.path("permissions").isEmpty()).isTrue();
        assertThat(key(made)).startsWith("gaia_");
        assertThat(works(made)).isTrue();
    }

    private static JsonNode create(String body) {
        var answer = hub.post(KEYS, quoted(body), "X-API-Key", ADMIN_KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
        return json(answer);
    }

    private static HttpResponse<String> send(String method, String path, String body) {
        return hub.send(hub.request(KEYS + path, "X-API-Key", ADMIN_KEY)
                .method(method, BodyPublishers.ofString(quoted(body)))
                .build());
    }

    private static boolean works(JsonNode made) {
        return hub.get("/api/v1/assets/health", "X-API-Key", key(made)).statusCode() == 200;
    }

    private static String id(JsonNode made) {
        return made.path("id").asText();
    }

    private static String key(JsonNode made) {
        return made.path("key").asText();
    }

    /** Apostrophes only in the places of quotation marks. */
    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return MAPPER.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(answer.body(), e);
        }
    }
}
