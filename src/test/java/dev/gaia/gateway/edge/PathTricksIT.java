package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.Hub;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No spelling of a request reaches an operation without its check, on the routes as they are: what decides about a path
 * and what hands it over read the same normal form. None of these requests has a credential.
 */
class PathTricksIT {

    /** Open to all on purpose (semantics 3.1, decisions 3); every other operation needs somebody. */
    private static final List<String> OPEN = List.of(
            "/",
            "/health",
            "/openapi.json",
            "/calculator/add",
            "/api/v1/auth/",
            "/api/v0.3/auth/",
            // The identity provider that Gaia brings along, which asks for passwords and tokens of its own.
            "/auth/v1/",
            "/api/v0.2",
            "/api/v0.2/health",
            "/api/v0.3/locations/nearby",
            "/api/v1/assets/test",
            "/api/v1/assets/webhooks/",
            // links that carry their own signature
            "/files/");

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.with(Map.of()).start();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    static List<String> targets() {
        return List.of(
                "//api/v1/chat/status",
                "/api//v1/chat/status",
                "/api/v1/chat//status",
                "/api/v1/chat/status//",
                "/api/..;/api/v1/chat/status",
                "/health/..;/api/v1/chat/status",
                "/health/../api/v1/chat/status",
                "/api/v1/auth/../chat/status",
                "/api/v1/auth/validate/../../chat/status",
                "/api/v1/./chat/status",
                "/api/v1/chat/./status",
                "/api/v1/chat/status/.",
                "/api/v1/chat/status/..",
                "/%2e%2e/api/v1/chat/status",
                "/health/%2e%2e/api/v1/chat/status",
                "/api/v1/%2e/chat/status",
                "/api/v1/auth/%2E%2E/chat/status",
                "/api/v1/auth/%252e%252e/chat/status",
                "/api/v1/auth/..%2fchat/status",
                "/api/v1/auth%2f..%2fchat/status",
                "/api/v1/chat%2fstatus",
                "/api/v1/chat%5cstatus",
                "/api/v1/chat\\status",
                "/api/v1/chat/status;x=1",
                "/api/v1/chat;x=1/status",
                "/api/v1/chat/status;/health",
                "/api/v1/chat/status%3bx=1",
                "/api/v1/chat/status%00",
                "/api/v1/chat/status%20",
                "/api/v1/chat/status%0a",
                "/api/v1/chat/status%09",
                "/api/v1/chat/status.",
                "/api/v1/chat/status.json",
                "/api/v1/chat/status~",
                "/API/v1/chat/status",
                "/api/v1/Chat/Status",
                "/api/v1/chat/STATUS",
                "/api/v1/ch%61t/status",
                "/api/v1/chat/status/",
                "/api/v1/chat/status?x=/health",
                "/api/v1/chat/status?/health",
                "/api/v1/chat/status#/health",
                "/api/v1/\u212bhat/status",
                "/api/v1/chat/status\u0301");
    }

    @ParameterizedTest
    @MethodSource("targets")
    void noSpellingOfThePathReachesTheOperation(String target) throws IOException {
        assertRefused(raw("GET " + target + " HTTP/1.1\r\nHost: gaia\r\n"));
    }

    static List<String> requests() {
        return List.of(
                // absolute form, authority form, asterisk form
                "GET http://gaia/api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\n",
                "GET http://other/health HTTP/1.1\r\nHost: gaia\r\nX-Original-URL: /api/v1/chat/status\r\n",
                "GET http://gaia@other/api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\n",
                "CONNECT gaia:80 HTTP/1.1\r\nHost: gaia\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: gaia\r\n",
                "GET api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\n",
                // another method than the one that is checked
                "HEAD /api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\n",
                "TRACE /api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\n",
                "get /api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\n",
                "GETT /api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\n",
                "PROPFIND /api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\n",
                "GET /api/v1/chat/history HTTP/1.1\r\nHost: gaia\r\nX-HTTP-Method-Override: DELETE\r\n",
                "GET /api/v1/chat/history?_method=DELETE HTTP/1.1\r\nHost: gaia\r\nX-Method-Override: DELETE\r\n",
                "POST /api/v1/chat/history HTTP/1.1\r\nHost: gaia\r\nX-HTTP-Method: DELETE\r\nContent-Length: 0\r\n",
                // odd hosts and what proxies add
                "GET /api/v1/chat/status HTTP/1.1\r\n",
                "GET /api/v1/chat/status HTTP/1.1\r\nHost:\r\n",
                "GET /api/v1/chat/status HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
                "GET /api/v1/chat/status HTTP/1.1\r\nHost: localhost:8667\r\n",
                "GET /api/v1/chat/status HTTP/1.1\r\nHost: 127.0.0.1/health\r\n",
                "GET /api/v1/chat/status HTTP/1.1\r\nHost: evil\r\nX-Forwarded-Host: localhost\r\n",
                "GET /api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\nX-Forwarded-For: 127.0.0.1\r\n",
                "GET /api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\nForwarded: for=127.0.0.1;host=gaia\r\n",
                "GET /api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\nX-Forwarded-Prefix: /health\r\n",
                "GET /api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\nX-Original-URL: /health\r\nX-Rewrite-URL: /health\r\n",
                "GET /api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\nX-Auth-User: admin\r\ngaia-user-id: u\r\ngaia-admin: true\r\n",
                "GET /api/v1/chat/status HTTP/1.0\r\n",
                "GET /api/v1/chat/status HTTP/1.1\r\nHost: gaia\r\nOrigin: http://localhost:3000\r\n");
    }

    @ParameterizedTest
    @MethodSource("requests")
    void noShapeOfTheRequestReachesTheOperation(String head) throws IOException {
        assertRefused(raw(head));
    }

    @Test
    void everyOperationButTheOpenOnesRefusesWhoeverShowsNothing() throws IOException {
        var answered = new ArrayList<String>();
        for (var route : hub.camel().getRoutes()) {
            if (route.getEndpoint() instanceof PlatformHttpEndpoint endpoint && !open(endpoint.getPath())) {
                String path = endpoint.getPath().replaceAll("\\{[^}]*}", "00000000-0000-0000-0000-000000000000");
                String type = Optional.ofNullable(endpoint.getConsumes()).orElse("application/json");
                for (String spelling : List.of(path, path + "/")) {
                    String answer = raw(
                            endpoint.getHttpMethodRestrict() + " " + spelling
                                    + " HTTP/1.1\r\nHost: gaia\r\nContent-Type: " + type + "\r\nContent-Length: 2\r\n",
                            "{}");
                    if (!answer.startsWith("HTTP/1.1 401 ")) {
                        answered.add(route.getRouteId() + ": "
                                + answer.lines().findFirst().orElse(""));
                    }
                }
            }
        }

        assertThat(answered).isEmpty();
    }

    /** The keys' operations lie below {@code /api/v1/auth/} and are for administrators. */
    private static boolean open(String path) {
        return !path.startsWith("/api/v1/auth/keys") && OPEN.stream().anyMatch(open -> isOpen(open, path));
    }

    private static boolean isOpen(String open, String path) {
        boolean wholeFolder = open.length() > 1 && open.endsWith("/");
        return wholeFolder ? path.startsWith(open) : path.equals(open);
    }

    private static void assertRefused(String answer) {
        assertThat(answer)
                .matches("(?s)HTTP/1\\.[01] (400|401|404|405|501) .*")
                .doesNotContain("message_count", "has_history", "\"status\":\"success\"");
    }

    private static String raw(String head, String... body) throws IOException {
        try (var client = new RawClient(hub.port())) {
            return client.send(head + "Connection: close\r\n\r\n" + String.join("", body))
                    .readToEnd();
        }
    }
}
