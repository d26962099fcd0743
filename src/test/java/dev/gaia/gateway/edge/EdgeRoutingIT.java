package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.Hub;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request meets and what its answer looks like, over real sockets. */
class EdgeRoutingIT {

    private static final String ORIGIN = "http://localhost:3000";

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = EdgeHub.start(new EdgeRoutes(), Map.of());
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void answersTextAsJsonUnlessTheRouteSaysOtherwise() {
        var answer = hub.get("/t/hello");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.headers().allValues("content-type")).isEqualTo(List.of("application/json"));
        assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
        assertThat(answer.headers().firstValue("date")).isPresent();
    }

    @Test
    void answersWithHeadersOfTheRouteButNotWithInternalOnes() {
        var answer = hub.get("/t/created", "X-API-Key", "k");

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().map().keySet())
                .containsExactlyInAnyOrder(
                        "content-length",
                        "content-type",
                        "date",
                        "x-api-version",
                        "x-content-type-options",
                        "x-request-id");
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain");
    }

    @Test
    void servesBothSpellings() {
        assertThat(hub.get("/t/hello/").body()).isEqualTo("hello");
        assertThat(hub.get("/t/items/1/parts/2/").body()).contains("path={item_id=1, part_id=2}");
    }

    @Test
    void handsPathAndQueryToTheRouteAsVariables() {
        var answer = hub.get("/t/items/a%20b/parts/claude-3.5?limit=1&limit=2&q=%C3%A4");

        assertThat(answer.body())
                .contains("path={item_id=a b, part_id=claude-3.5}", "query={limit=2, q=ä}")
                .contains("at=/t/items/a b/parts/claude-3.5");
    }

    @Test
    void servesLongerPathsOfPrefix() {
        assertThat(hub.get("/t/files/a/b").body()).contains("at=/t/files/a/b");
        assertThat(hub.get("/t/filesystem").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"POST,/t/hello,GET", "HEAD,/t/hello,GET", "OPTIONS,/t/hello,GET", "PUT,/t/items/1/parts/2,'DELETE, GET'"
    })
    void refusesWrongMethod(String method, String path, String allow) {
        var answer = hub.send(
                hub.request(path).method(method, BodyPublishers.noBody()).build());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains(allow);
        assertThat(answer.body()).isEqualTo("HEAD".equals(method) ? "" : "{\"detail\":\"Method Not Allowed\"}");
    }

    @Test
    void ignoresMethodOverride() {
        var answer = hub.post("/t/hello", "{}", "X-HTTP-Method-Override", "GET", "X-Method-Override", "GET");

        assertThat(answer.statusCode()).isEqualTo(405);
    }

    @Test
    void refusesUnknownPath() {
        var answer = hub.get("/nowhere");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("{\"detail\":\"Not Found\"}");
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//t/hello",
                "/t//hello",
                "/t/./hello",
                "/t/x/../hello",
                "/t/hello;a=b",
                "/t/..;/t/hello",
                "/t%2fhello",
                "/t%5chello",
                "/t/%2e/hello",
                "/t/%2e%2e/t/hello",
                "/t/hello%00",
                "/t/hello%",
                "/t/hello%zz",
                "/T/hello",
                "/t/hello#x",
                "/t/hell\u00f6"
            })
    void letsNoAmbiguousPathReachOperation(String target) throws IOException {
        try (var client = new RawClient(hub.port())) {
            String answer = client.send("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .readToEnd();

            assertThat(answer).matches("(?s)HTTP/1.1 (404 Not Found|400 Bad Request).*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://inside/t/hello", "t/hello", "*", "x:80"})
    void refusesTargetThatIsNoPath(String target) throws IOException {
        try (var client = new RawClient(hub.port())) {
            String answer = client.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 400 Bad Request");
        }
    }

    @Test
    void letsNoReservedNameReachTheExchange() {
        String[] names = {
            "CamelHttpUri",
            "CAmelSqlQuery",
            "camelFileName",
            "org.apache.camel.x",
            "websocket.sendToAll",
            "operationName",
            "gaia-user-id",
            "gaia-auth-type",
            "breadcrumbId"
        };
        String query = String.join("=evil&", names) + "=evil";
        var request = hub.request("/t/seen?" + query);
        for (String name : names) {
            request.header(name, "http://attacker/{{env:SECRET}}");
        }
        String body = "{\"CamelHttpUri\":\"evil\",\"operationName\":\"evil\"}";

        var answer = hub.send(request.header("Content-Type", "application/json")
                .header("X-API-Key", "k")
                .POST(BodyPublishers.ofString(body))
                .build());

        assertThat(answer.body())
                .startsWith("headers=[CamelHttpMethod, CamelHttpPath, Content-Type, User-Agent, X-API-Key,"
                        + " gaia-client-address, gaia-request-id] query={} path={} properties=[")
                .doesNotContain(names[0], names[1], "operationName", "org.apache", "breadcrumb", "evil");
    }

    @Test
    void readsNoFormIntoTheExchange() {
        var answer = hub.send(hub.request("/t/seen", "Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("CamelHttpUri=evil&a=b"))
                .build());

        assertThat(answer.body()).doesNotContain("CamelHttpUri").contains("query={}");
    }

    @Test
    void handsTheBodyOverAsBytes() {
        assertThat(hub.post("/t/echo", "{\"a\":\"ä\"}").body()).isEqualTo("{\"a\":\"ä\"}");
        assertThat(hub.post("/t/echo", "").body()).isEmpty();
        String large = "y".repeat(300_000);
        assertThat(hub.post("/t/echo", large).body()).isEqualTo(large);
    }

    @Test
    void keepsToTheContentTypeOfTheEndpoint() {
        assertThat(hub.post("/t/text", "{}").statusCode()).isEqualTo(415);
        assertThat(hub.send(hub.request("/t/text", "Content-Type", "text/plain; charset=utf-8")
                                .POST(BodyPublishers.ofString("a"))
                                .build())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void answersEmptyBody() {
        var answer = hub.get("/t/empty");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void answersFailuresAndHidesDefects() {
        assertThat(hub.get("/t/failure").statusCode()).isEqualTo(404);
        assertThat(hub.get("/t/failure").body())
                .isEqualTo("{\"detail\":\"Service error: {\\\"detail\\\":\\\"no such chat\\\"}\"}");
        assertThat(hub.get("/t/outer").statusCode()).isEqualTo(503);
        for (String path : List.of("/t/defect", "/t/bare")) {
            assertThat(hub.get(path).statusCode()).isEqualTo(500);
            assertThat(hub.get(path).body()).isEqualTo("{\"detail\":\"Internal server error\"}");
        }
    }

    @Test
    void takesHarmlessRequestIdOfTheClient() {
        assertThat(hub.get("/t/hello", "X-Request-Id", "job-7_a.b").headers().firstValue("x-request-id"))
                .contains("job-7_a.b");
        assertThat(hub.get("/t/hello", "X-Request-Id", "a b\tc").headers().firstValue("x-request-id"))
                .isPresent()
                .get()
                .isNotEqualTo("a b\tc");
    }

    @Test
    void compressesLargeBodiesForThoseWhoAsk() throws Exception {
        var asked = hub.httpClient()
                .send(
                        hub.request("/t/large?length=1000", "Accept-Encoding", "gzip")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());

        assertThat(asked.headers().firstValue("content-encoding")).contains("gzip");
        assertThat(asked.headers().firstValue("vary")).contains("Accept-Encoding");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(asked.body())).readAllBytes())
                .hasSize(1000);
        assertThat(hub.get("/t/large?length=999", "Accept-Encoding", "gzip")
                        .headers()
                        .firstValue("content-encoding"))
                .isEmpty();
        assertThat(hub.get("/t/large?length=1000").headers().firstValue("content-encoding"))
                .isEmpty();
    }

    @Test
    void varyNamesBothOriginAndEncoding() {
        var answer = hub.get("/t/large?length=1000", "Accept-Encoding", "gzip", "Origin", ORIGIN);

        assertThat(String.join(", ", answer.headers().allValues("vary"))).contains("Origin", "Accept-Encoding");
    }

    @Test
    void allowsListedOriginsEvenOnErrors() {
        for (String path : List.of("/t/hello", "/nowhere", "/t/defect")) {
            var answer = hub.get(path, "Origin", ORIGIN);

            assertThat(answer.headers().firstValue("access-control-allow-origin"))
                    .contains(ORIGIN);
            assertThat(answer.headers().firstValue("access-control-allow-credentials"))
                    .contains("true");
            assertThat(answer.headers().firstValue("vary")).contains("Origin");
        }
        var foreign = hub.get("/t/hello", "Origin", "http://evil.test");
        assertThat(foreign.statusCode()).isEqualTo(200);
        assertThat(foreign.headers().firstValue("access-control-allow-origin")).isEmpty();
    }

    @Test
    void answersPreflight() {
        var allowed = preflight(ORIGIN);
        var refused = preflight("http://evil.test");

        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(allowed.body()).isEqualTo("OK");
        assertThat(allowed.headers().firstValue("access-control-allow-headers")).contains("x-api-key");
        assertThat(allowed.headers().firstValue("access-control-max-age")).contains("600");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).isEqualTo("Disallowed CORS origin");
        assertThat(refused.headers().firstValue("access-control-allow-origin")).isEmpty();
    }

    private static HttpResponse<String> preflight(String origin) {
        return hub.send(hub.request(
                        "/t/echo",
                        "Origin",
                        origin,
                        "Access-Control-Request-Method",
                        "POST",
                        "Access-Control-Request-Headers",
                        "x-api-key")
                .method("OPTIONS", BodyPublishers.noBody())
                .build());
    }
}
