package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every row of semantics 3.2 and its list of consequences as clients meet them: on a route that answers JSON, one that
 * takes JSON and one that streams, with the segments in the same process and behind NATS.
 */
class CredentialOrderIT {

    private static final String NOT_AUTHENTICATED = "Not authenticated. Provide a valid JWT or API Key.";
    private static final String BAD_KEY = "Could not validate credentials";
    private static final String STORE_FAILS = "Internal server error during authentication";

    @TempDir
    static Path store;

    private static final List<AutoCloseable> opened = new ArrayList<>();
    private static final Map<String, Hub> hubs = new HashMap<>();

    /** What a client shows, and what becomes of it; detail is empty for success. */
    record Row(String meaning, int status, String detail, List<String> headers) {

        Row(String meaning, int status, String detail, String... headers) {
            this(meaning, status, detail, List.of(headers));
        }

        @Override
        public String toString() {
            return meaning;
        }
    }

    private static List<Row> rows() {
        String good = "Bearer " + Tokens.good();
        String bad = "Bearer not.a.token";
        String key = CredentialRoutes.GOOD_KEY;
        return List.of(
                new Row("1 good token", 200, "", "Authorization", good),
                new Row("1 good token, scheme in another case", 200, "", "Authorization", "bEARER" + good.substring(6)),
                new Row("1 good token beside bad key", 200, "", "Authorization", good, "X-API-Key", "unknown"),
                new Row("1 good token beside good key", 200, "", "Authorization", good, "X-API-Key", key),
                new Row("2 bad token alone", 401, NOT_AUTHENTICATED, "Authorization", bad),
                new Row("2 bad token beside good key", 200, "", "Authorization", bad, "X-API-Key", key),
                new Row("2 bad token beside bad key", 403, BAD_KEY, "Authorization", bad, "X-API-Key", "unknown"),
                new Row("3 good key", 200, "", "X-API-Key", key),
                new Row("4 unknown key", 403, BAD_KEY, "X-API-Key", "unknown"),
                new Row("4 inactive key", 403, BAD_KEY, "X-API-Key", "inactive"),
                new Row("4 expired key", 403, BAD_KEY, "X-API-Key", "expired"),
                new Row("4 key given twice", 403, BAD_KEY, "X-API-Key", key, "X-API-Key", key),
                new Row("4 token in the key's place", 403, BAD_KEY, "X-API-Key", Tokens.good()),
                new Row("6 nothing", 401, NOT_AUTHENTICATED),
                new Row("6 empty key", 401, NOT_AUTHENTICATED, "X-API-Key", ""),
                new Row("6 other scheme", 401, NOT_AUTHENTICATED, "Authorization", "Basic dXNlcjpwYXNz"),
                new Row("6 NotBearer", 401, NOT_AUTHENTICATED, "Authorization", "NotBearer " + Tokens.good()),
                new Row("6 empty token", 401, NOT_AUTHENTICATED, "Authorization", "Bearer "),
                new Row("6 key in the token's place", 401, NOT_AUTHENTICATED, "Authorization", "Bearer " + key));
    }

    private static List<Row> rowsWithoutStore() {
        return List.of(
                new Row("5 key, store failing", 500, STORE_FAILS, "X-API-Key", "unknown"),
                new Row(
                        "5 bad token and key, store failing",
                        500,
                        STORE_FAILS,
                        "Authorization",
                        "Bearer x.y.z",
                        "X-API-Key",
                        "k"),
                new Row("1 good token, store failing", 200, "", "Authorization", "Bearer " + Tokens.good()),
                new Row("6 nothing, store failing", 401, NOT_AUTHENTICATED));
    }

    enum Route {
        JSON_ANSWER,
        JSON_BODY,
        STREAM,
        STREAM_V02,
        JSON_V03;

        boolean streams() {
            return this == STREAM || this == STREAM_V02;
        }

        /** v0.3 answers 401 to a bad key where the others answer 403. */
        int status(Row row) {
            return this == JSON_V03 && row.status() == 403 ? 401 : row.status();
        }
    }

    static Stream<Arguments> cases() {
        return cases(rows(), List.of(Route.values()), "direct", "nats");
    }

    static Stream<Arguments> casesWithoutStore() {
        // What v0.3 keeps is kept in the database, so that there a good token alone does not help.
        var routes = List.of(Route.JSON_ANSWER, Route.JSON_BODY, Route.STREAM, Route.STREAM_V02);
        return cases(rowsWithoutStore(), routes, "direct without store", "nats without store");
    }

    private static Stream<Arguments> cases(List<Row> rows, List<Route> routes, String... links) {
        return Stream.of(links)
                .flatMap(link ->
                        routes.stream().flatMap(route -> rows.stream().map(row -> Arguments.of(link, route, row))));
    }

    @BeforeAll
    static void start() throws IOException {
        var database = opened(TestDatabase.migrated());
        CredentialRoutes.addOwner(database);
        CredentialRoutes.addKey(database, "inactive", "false", "null");
        CredentialRoutes.addKey(database, "expired", "true", "now() - interval '1 second'");
        var provider = opened(FakeModelProvider.start());
        String absent = "postgresql://nobody:nothing@127.0.0.1:1/absent";
        hubs.put("direct", hub("gateway,auth,chat,asset", "direct", "disabled", database.url(), provider));
        hubs.put("direct without store", hub("gateway,auth,chat,asset", "direct", "disabled", absent, provider));
        if (EmbeddedNats.binary().isPresent()) {
            var nats = opened(EmbeddedNats.start(store));
            var segments = hub("auth,chat,asset", "nats", nats.url(), database.url(), provider);
            hubs.put("nats", hub("gateway", "nats", nats.url(), database.url(), provider));
            hubs.put("nats without store", hub("gateway", "nats", nats.url(), absent, provider));
            await().until(() -> Stream.of(segments, hubs.get("nats"), hubs.get("nats without store"))
                    .allMatch(hub -> hub.connected()));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private static Hub hub(String services, String link, String broker, String database, FakeModelProvider provider) {
        Map<String, String> settings = new HashMap<>();
        settings.put("gaia.services", services);
        settings.put("gaia.nats.url", broker);
        for (String segment : List.of("auth", "chat", "asset")) {
            settings.put("gaia.link." + segment, link);
        }
        settings.put("gaia.database.url", database);
        settings.put("gaia.database.pool-timeout", "250ms");
        settings.put("gaia.auth.jwt-secret", CredentialRoutes.SECRET);
        settings.put("gaia.provider.endpoints.openai.base-url", provider.baseUrl());
        settings.put("gaia.provider.endpoints.openai.key", "key-of-openai");
        return opened(Hub.with(settings).start());
    }

    private static <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @MethodSource({"cases", "casesWithoutStore"})
    void answersAsTheTableOfTheContractSays(String link, Route route, Row row) {
        org.junit.jupiter.api.Assumptions.assumeTrue(hubs.containsKey(link), "nats-server is not installed");
        Hub hub = hubs.get(link);

        HttpResponse<String> answer = hub.send(request(hub, route, row.headers().toArray(new String[0])));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(route.status(row));
        assertThat(answer.headers().firstValue("www-authenticate")).isEmpty();
        if (row.detail().isEmpty()) {
            assertThat(answer.headers().firstValue("content-type").orElse(""))
                    .startsWith(route.streams() ? "text/event-stream" : "application/json");
        } else {
            assertThat(answer.body()).isEqualTo("{\"detail\":\"" + row.detail() + "\"}");
            assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        }
    }

    private static HttpRequest request(Hub hub, Route route, String... headers) {
        return switch (route) {
            case JSON_ANSWER ->
                hub.request("/api/v1/chat/status", headers).GET().build();
            case JSON_BODY -> post(hub, "/api/v1/chat", "{\"message\":\"Hello\"}", headers);
            case STREAM -> post(hub, "/api/v1/chat", "{\"message\":\"Hello\",\"stream\":true}", headers);
            case STREAM_V02 -> post(hub, "/api/v0.2/chat/stream", "{\"message\":\"Hello\"}", headers);
            case JSON_V03 -> post(hub, "/api/v0.3/chat", "{\"message\":\"Hello\"}", headers);
        };
    }

    private static HttpRequest post(Hub hub, String path, String body, String... headers) {
        return hub.request(path, headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }
}
