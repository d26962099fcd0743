package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.database.DatabaseState;
import dev.gaia.embedded.EmbeddedPostgres;
import dev.gaia.embedded.FreePort;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database comes late, goes and comes back, for real (semantics 19). */
class CredentialStoreDownIT {

    private static final String KEY = "the-configured-key";
    private static final Map<String, Object> WITH_KEY = Map.of("X-API-Key", KEY);

    @TempDir
    Path home;

    @Test
    void servesTokensAndRememberedKeysWithoutTheDatabaseAndCatchesUpWhenItComes() throws Exception {
        int port = FreePort.find();
        String url;
        try (var first = EmbeddedPostgres.start(home, Optional.of(port))) {
            url = first.databaseUrl();
        }

        // given: a start without the database
        try (var routes = CredentialRoutes.start(
                url,
                "gaia.auth.api-key=" + KEY,
                "gaia.database.probe-interval=200ms",
                "gaia.database.pool-timeout=1s")) {
            var state = routes.bean(DatabaseState.class);
            assertThat(state.up()).isFalse();
            assertUnavailable(routes);

            // when: it comes
            var server = EmbeddedPostgres.start(home, Optional.of(port));

            // then: schema and configured key follow, and the key works
            await().atMost(Duration.ofSeconds(15)).until(state::migrated);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> check(routes, WITH_KEY).getException() == null);

            // when: it goes
            server.close();

            // then: what is remembered goes on, the rest fails
            await().atMost(Duration.ofSeconds(10)).until(() -> !state.up());
            assertThat(check(routes, WITH_KEY).getException()).isNull();
            assertUnavailable(routes);
            assertFailsFast(routes);
            assertThat(body(routes, "auth-health", "")).contains("\"status\":\"unhealthy\"", "\"responsive\":false");

            // when: it comes back
            try (var again = EmbeddedPostgres.start(home, Optional.of(port))) {
                assertThat(again.port()).isEqualTo(port);
                await().atMost(Duration.ofSeconds(15)).until(state::up);

                // then: keys are looked up again
                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(() -> assertThat(code(check(routes, Map.of("X-API-Key", "unknown"))))
                                .isEqualTo(FailureCode.GATEWAY_BAD_CREDENTIALS));
            }
        }
    }

    private static void assertUnavailable(CredentialRoutes routes) throws IOException {
        assertThat(check(routes, Tokens.bearer(Tokens.good())).getException()).isNull();
        var failure = check(routes, Map.of("X-API-Key", "unseen")).getException();
        assertThat(failure).isInstanceOf(Failure.class).hasMessage("Internal server error during authentication");
        var validation = routes.call("auth-validate", bytes("{\"api_key\":\"unseen\"}"), Map.of());
        assertThat(code(validation)).isEqualTo(FailureCode.AUTH_INTERNAL);
        assertThat(body(routes, "auth-validate", "{\"token\":\"" + Tokens.good() + "\"}"))
                .contains("\"valid\":true");
        assertThat(body(
                        routes,
                        "auth-internal-validate",
                        "{\"auth_type\":\"user_api_key\",\"user_id\":\"u\",\"key\":\"unseen\"}"))
                .isEqualTo("{\"valid\":false,\"error\":\"Internal validation error\"}");
    }

    /** After a few attempts nobody waits for a connection any more. */
    private static void assertFailsFast(CredentialRoutes routes) {
        for (int i = 0; i < 5; i++) {
            check(routes, Map.of("X-API-Key", "unseen " + i));
        }
        var quickest = Duration.ofMinutes(1);
        for (int i = 0; i < 5; i++) {
            var before = Instant.now();
            assertThat(code(check(routes, Map.of("X-API-Key", "unseen"))))
                    .isEqualTo(FailureCode.GATEWAY_CREDENTIAL_STORE);
            var took = Duration.between(before, Instant.now());
            quickest = took.compareTo(quickest) < 0 ? took : quickest;
        }
        assertThat(quickest).isLessThan(Duration.ofMillis(500));
    }

    private static Exchange check(CredentialRoutes routes, Map<String, Object> headers) {
        return routes.call("auth-check", new byte[0], headers);
    }

    private static FailureCode code(Exchange exchange) {
        assertThat(exchange.getException()).isInstanceOf(Failure.class);
        return ((Failure) exchange.getException()).code();
    }

    private static String body(CredentialRoutes routes, String route, String body) {
        var exchange = routes.call(route, bytes(body), Map.of());
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(String.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
