package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.Hub;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins as browsers send them, to the routes as they are: an exact list, and nothing for anybody else. */
class CorsIT {

    private static final String LISTED = "https://app.example";
    private static final String OPERATION = "/api/v1/chat/status";

    private static Hub hub;

    @BeforeAll
    static void start() {
        hub = Hub.with(Map.of("gaia.gateway.allowed-origins", " https://app.example ,http://localhost:3000"))
                .start();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "*",
                "https://app.example.evil.test",
                "https://evil-app.example",
                "https://evil.test#https://app.example",
                "https://evil.test?https://app.example",
                "https://app.example@evil.test",
                "https://sub.app.example",
                "https://app.example.",
                "https://app.examplf",
                "https://app.example,https://evil.test",
                "https://app.example https://evil.test",
                "http://app.example",
                "HTTPS://APP.EXAMPLE",
                "https://app.example:443",
                "https://app.example:8443",
                "https://app.example/",
                "http://localhost",
                "http://localhost:30000",
                "http://127.0.0.1:3000",
                "file://"
            })
    void givesNothingToOriginsThatAreNotListed(String origin) {
        for (String path : new String[] {"/", OPERATION, "/nowhere"}) {
            var plain = hub.get(path, "Origin", origin);
            assertThat(plain.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control-allow"));
        }
        var preflight = preflight(origin, "GET");
        assertThat(preflight.statusCode()).isEqualTo(400);
        assertThat(preflight.body()).isEqualTo("Disallowed CORS origin");
        assertThat(preflight.headers().firstValue("access-control-allow-origin"))
                .isEmpty();
        assertThat(preflight.headers().firstValue("access-control-allow-credentials"))
                .isEmpty();
        assertThat(preflight.headers().firstValue("vary")).contains("Origin");
    }

    @Test
    void allowsCredentialsToListedOriginsOnlyAndNeverWithAnAsterisk() {
        for (String path : new String[] {"/", OPERATION, "/nowhere"}) {
            var plain = hub.get(path, "Origin", LISTED);
            assertThat(plain.headers().allValues("access-control-allow-origin")).containsExactly(LISTED);
            assertThat(plain.headers().allValues("access-control-allow-credentials"))
                    .containsExactly("true");
            assertThat(plain.headers().firstValue("vary").orElse("")).contains("Origin");
        }
        assertThat(hub.get("/").headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }

    @Test
    void answersAPreflightWithoutACredentialAndWithoutReachingTheOperation() {
        var preflight = preflight(LISTED, "DELETE");

        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight.body()).isEqualTo("OK");
        assertThat(preflight.headers().firstValue("access-control-allow-methods"))
                .contains("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
        assertThat(preflight.headers().firstValue("access-control-allow-headers"))
                .contains("x-api-key, authorization");
        // Without a requested method it is no preflight, and OPTIONS is no method of the operation.
        var options = hub.send(hub.request(OPERATION, "Origin", LISTED)
                .method("OPTIONS", BodyPublishers.noBody())
                .build());
        assertThat(options.statusCode()).isEqualTo(405);
    }

    @Test
    void givesNothingToTwoOriginsAtOnce() {
        var both = hub.get("/", "Origin", "https://evil.test", "Origin", LISTED);

        assertThat(both.headers().firstValue("access-control-allow-origin")).isEmpty();
    }

    private static HttpResponse<String> preflight(String origin, String method) {
        return hub.send(hub.request(
                        OPERATION,
                        "Origin",
                        origin,
                        "Access-Control-Request-Method",
                        method,
                        "Access-Control-Request-Headers",
                        "x-api-key, authorization")
                .method("OPTIONS", BodyPublishers.noBody())
                .build());
    }
}
